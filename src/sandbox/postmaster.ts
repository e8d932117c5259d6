/** A running server as a family of processes. */
import { readFileSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import path from "node:path";

/** The process that owns a data directory now; undefined when no server runs there. */
export function postmasterOf(dataDirectory: string): number | undefined {
  const pid = Number(pidFile(dataDirectory)?.[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  return worksIn(pid, dataDirectory) ? pid : undefined;
}

/** This process says in the pid file that it accepts connections: not one before it, which was killed. */
export function isReady(dataDirectory: string, postmaster: number): boolean {
  const file = pidFile(dataDirectory);
  return Number(file?.[0]) === postmaster && file?.[7]?.trim() === "ready";
}

function pidFile(dataDirectory: string): readonly string[] | undefined {
  try {
    return readFileSync(path.join(dataDirectory, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
}

/** After a crash the pid of the file may belong to any process by now. Without /proc the file is believed. */
function worksIn(pid: number, dataDirectory: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataDirectory);
  } catch {
    return process.platform !== "linux";
  }
}

/** A dead process that nobody has buried yet (a zombie) is not alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return processStat(pid)?.state !== "Z";
}

function processStat(pid: number | string): { readonly state: string; readonly parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** The postmaster's children. Empty where there is no /proc: they end by themselves when it is gone. */
export function childrenOf(postmaster: number): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && processStat(entry)?.parent === postmaster)
    .map(Number);
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
