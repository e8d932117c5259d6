/** Who runs the servers: PostgreSQL refuses to run as root. */
import { chownSync, readFileSync } from "node:fs";

import { PreconditionError } from "../domain/errors.ts";

export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In order of preference; Debian's `nobody` owns no files. */
const ORDINARY_USERS = ["postgres", "nobody"];

/** The ordinary user to drop to; undefined when we are one already. */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entries = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ORDINARY_USERS) {
    const fields = entries.find((entry) => entry.startsWith(`${name}:`))?.split(":");
    if (fields !== undefined) return { name, uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new PreconditionError('started by root, and there is neither a user "postgres" nor "nobody"', {
    code: "no-server-user",
    hint: "Start it as an ordinary user.",
  });
}

/** Hands a file that we made to the user that runs the servers. */
export function giveTo(user: OsUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
