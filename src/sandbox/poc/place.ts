/** Where a proof of concept lives, so that a later command finds it. */
import { type Stats, lstatSync, readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { PreconditionError, UsageError } from "../../domain/errors.ts";
import { runProgram } from "../command.ts";
import { type SandboxFolder, makeFolder, removeFolder, runningServers } from "../folder.ts";
import { serverUser } from "../os-user.ts";
import { isAlive } from "../postmaster.ts";

/** Written first: marks the folder as ours to delete, and names the process that works in it. */
const MARK = "tributary-poc.json";

/** One for each user of the machine, unless `--directory` names another. */
export function placeOf(directory: string | undefined): string {
  return directory === undefined
    ? path.join(tmpdir(), `tributary-poc-${process.getuid?.() ?? 0}`)
    : path.resolve(directory);
}

/** Makes the folder. Refuses while another proof of concept lives there; clears away what a dead one left. */
export async function settle(place: string): Promise<SandboxFolder> {
  if (exists(place)) {
    assertOurs(place);
    if (isInUse(place))
      throw new PreconditionError(`a proof of concept is running in ${place}`, {
        code: "poc-running",
        hint: "Look around in it, or end it with `tributary poc down`.",
      });
    await removeFolder(place);
  }
  const folder = await makeFolder({ path: place });
  try {
    await chmod(place, 0o700);
    await assertEnterable(place);
    await writeFile(path.join(place, MARK), JSON.stringify({ pid: process.pid }));
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return folder;
}

/** Stops every server in the folder and deletes it. False when there is nothing. */
export async function clearAway(place: string): Promise<boolean> {
  if (!exists(place)) return false;
  assertOurs(place);
  await removeFolder(place);
  return true;
}

function isInUse(place: string): boolean {
  return runningServers(place).length > 0 || isAlive(ownerOf(place));
}

function ownerOf(place: string): number {
  const { pid } = JSON.parse(readFileSync(path.join(place, MARK), "utf8")) as { pid: number };
  return pid;
}

function exists(place: string): boolean {
  return statOf(place) !== undefined;
}

function statOf(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false });
}

/** Somebody else may have put something there: we delete only what we made. */
function assertOurs(place: string): void {
  const owners = [process.getuid?.() ?? 0, serverUser()?.uid];
  const stat = statOf(place);
  const isOurs = stat?.isDirectory() === true && owners.includes(stat.uid) && exists(path.join(place, MARK));
  if (isOurs) return;
  throw new UsageError(`${place} exists, and is not a proof of concept of yours`, {
    code: "poc-place-taken",
    hint: "Name a folder that does not exist yet with --directory DIR.",
  });
}

async function assertEnterable(place: string): Promise<void> {
  const user = serverUser();
  if (user === undefined) return;
  try {
    await runProgram("/bin/sh", ["-c", 'cd "$1"', "sh", place], user);
  } catch (cause) {
    throw new PreconditionError(`the servers run as "${user.name}", who cannot enter ${place}`, {
      code: "poc-place-closed",
      hint: "Name a folder that others may enter with --directory DIR, or leave it out.",
      cause,
    });
  }
}
