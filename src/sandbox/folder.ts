/** A folder of local clusters that leaves no server behind, however its owner ends. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Writable } from "node:stream";

import { stopPostmaster } from "./cluster.ts";
import { cleanEnvironment } from "./command.ts";
import { giveTo, serverUser } from "./os-user.ts";
import { postmasterOf, signal } from "./postmaster.ts";

export interface SandboxFolder extends AsyncDisposable {
  readonly path: string;
  /** From here on the servers in it outlive us. */
  keep(): Promise<void>;
  /** Stops every server in it and deletes it. */
  remove(): Promise<void>;
}

type Keeper = ChildProcessByStdio<Writable, null, null>;

/**
 * Outlives us on purpose: when our end of its input closes, because we were killed, it stops every
 * server in the folder and deletes the folder. A line of input sends it home.
 */
const KEEPER = `
trap '' INT TERM HUP
read -r word && exit 0
running() {
  for data in "$1"/*/data; do
    [ -f "$data/postmaster.pid" ] && read -r pid < "$data/postmaster.pid" || continue
    [ ! -e "/proc/$pid/cwd" ] || [ "/proc/$pid/cwd" -ef "$data" ] || continue
    kill -0 "$pid" 2>/dev/null && echo "$pid"
  done
}
tries=0
while [ -e "$1" ] && [ $tries -lt 300 ]; do
  signal=QUIT
  [ $tries -lt 100 ] || signal=KILL
  for pid in $(running "$1"); do kill -"$signal" "$pid"; kill -CONT "$pid"; done
  # An initdb that nobody waits for any more may still be writing.
  [ -n "$(running "$1")" ] || rm -rf "$1"
  tries=$((tries + 1))
  [ ! -e "$1" ] || sleep 0.1
done
`;

/** Makes the folder: at a given place that must not exist yet, or a new one in the system's temporary folder. */
export async function makeFolder(place: { path: string } | { prefix: string }): Promise<SandboxFolder> {
  const folder = "path" in place ? place.path : await mkdtemp(path.join(tmpdir(), place.prefix));
  if ("path" in place) await mkdir(folder, { mode: 0o700 });
  giveTo(serverUser(), folder);
  const keeper = startKeeper(folder);
  const dismiss = (): void => void keeper.stdin.end("home\n");
  const remove = async (): Promise<void> => {
    await removeFolder(folder);
    dismiss();
  };
  return {
    path: folder,
    keep: async () => {
      keeper.ref();
      const gone = keeper.exitCode === null ? once(keeper, "exit") : undefined;
      dismiss();
      await gone;
    },
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

function startKeeper(folder: string): Keeper {
  // As ourselves: the folder may stand in one where only we can delete it.
  const keeper = spawn("/bin/sh", ["-c", KEEPER, "sandbox-keeper", folder], {
    cwd: "/",
    env: cleanEnvironment(),
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  keeper.stdin.on("error", () => undefined);
  // Waiting for us must not be what keeps us from ending.
  if (keeper.stdin instanceof Socket) keeper.stdin.unref();
  keeper.unref();
  return keeper;
}

export interface RunningServer {
  readonly name: string;
  readonly postmaster: number;
}

/** The servers that run in a folder, whoever started them. */
export function runningServers(folder: string): readonly RunningServer[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const postmaster = postmasterOf(path.join(folder, name, "data"));
    return postmaster === undefined ? [] : [{ name, postmaster }];
  });
}

/** Stops every server in a folder, whoever started it, and deletes the folder. */
export async function removeFolder(folder: string): Promise<void> {
  await Promise.all(
    runningServers(folder).map(async ({ name, postmaster }) => {
      signal(postmaster, "SIGCONT");
      await stopPostmaster(postmaster, "immediate", name);
    }),
  );
  await rm(folder, { recursive: true, force: true });
}
