/** The program that a server runs, as the machine's processes show it to everybody: no rights in the database are needed for that. */
import { readdir, readFile, stat } from "node:fs/promises";

import type { MachineSight, Vitals } from "../domain/vitals.ts";

/** Where a server's program is, by its data directory and the moment when it was started: both are other ones after a restart. */
const known = new Map<string, string | undefined>();

/** When the program of the server that runs on this machine over a data directory was last written; nothing where nothing tells. */
export async function programSight({
  dataDirectory,
  startedAt,
}: Pick<Vitals, "dataDirectory" | "startedAt">): Promise<Pick<MachineSight, "programChangedAt">> {
  const key = `${startedAt} ${dataDirectory}`;
  if (!known.has(key)) known.set(key, await findProgram(dataDirectory));
  const program = known.get(key);
  if (program === undefined) return {};
  return await stat(program).then(
    ({ ctimeMs }) => ({ programChangedAt: ctimeMs / 1000 }),
    () => ({}),
  );
}

async function findProgram(dataDirectory: string): Promise<string | undefined> {
  const processes = await readdir("/proc").catch(() => []);
  for (const id of processes.filter((name) => /^\d+$/u.test(name))) {
    const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    const [program = "", option, folder] = line.split("\0");
    if (program.endsWith("/postgres") && option === "-D" && folder === dataDirectory) return program;
  }
  return undefined;
}

/** The same over SSH: a command that prints `program`, and the second. */
export function programCommand(dataDirectory: string): string {
  const folder = `'${dataDirectory.replaceAll("'", `'\\''`)}'`;
  const find = `ps -eo args= | FOLDER=${folder} awk 'index($0 " ", "/postgres -D " ENVIRON["FOLDER"] " ") { print $1; exit }'`;
  return `program=$(${find}); [ -n "$program" ] && LC_ALL=C stat -L -c 'program %Z' "$program"`;
}

/** What that command printed, among other lines. */
export function readProgram(text: string): number | undefined {
  const [, seconds] = /^program (\d+)$/mu.exec(text) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
