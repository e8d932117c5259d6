/** The files of an empty cluster: made by initdb, or, where several are alike, copied from the first. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, open, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Binaries } from "./binaries.ts";
import { runProgram } from "./command.ts";
import { type OsUser, giveTo } from "./os-user.ts";

export interface NewCluster {
  readonly binaries: Binaries;
  /** Of the superuser; undefined: whoever reaches the server may connect. */
  readonly password: string | undefined;
  readonly user: OsUser | undefined;
}

/** Runs initdb. `target` must not be there yet, and its folder must. */
export async function initialise(target: string, { binaries, password, user }: NewCluster): Promise<void> {
  const how = ["-N", "-U", "postgres", "-E", "UTF8", "--no-locale", "--no-instructions"];
  const passwordFile = `${target}.password`;
  if (password !== undefined) {
    await writeFile(passwordFile, password, { mode: 0o600 });
    giveTo(user, passwordFile);
  }
  how.push(...(password === undefined ? ["-A", "trust"] : ["-A", "scram-sha-256", "--pwfile", passwordFile]));
  await runProgram(path.join(binaries.directory, "initdb"), [...how, "-D", target], user);
  await rm(passwordFile, { force: true });
  await appendFile(path.join(target, "postgresql.conf"), "\ninclude 'sandbox.conf'\n");
}

/** Where a pattern is kept, and who else wants one like it. */
export class Pattern {
  readonly #folder: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** As `initialise`, for a fifth of the time from the second one on. All have the same password. */
  async copyTo(target: string, cluster: NewCluster): Promise<void> {
    const { binaries, user } = cluster;
    const reset = path.join(binaries.directory, "pg_resetwal");
    // The npm package brings the servers' programs only.
    if (!existsSync(reset)) return await initialise(target, cluster);
    const known = this.#made.get(binaries.directory) ?? this.#make(cluster);
    this.#made.set(binaries.directory, known);
    await runProgram("cp", ["-Rp", await known, target], user);
    await giveIdentity(path.join(target, "global", "pg_control"));
    // It writes the identity into the WAL, and a checksum for the file.
    await runProgram(reset, ["-f", "-D", target], user);
  }

  async #make(cluster: NewCluster): Promise<string> {
    const pattern = path.join(this.#folder, `pattern-${this.#made.size}`);
    await initialise(pattern, cluster);
    return pattern;
  }
}

/** The system identifier is the first eight bytes of pg_control (src/include/catalog/pg_control.h): two clusters never share it. */
async function giveIdentity(control: string): Promise<void> {
  const file = await open(control, "r+");
  try {
    const identity = randomBytes(8);
    // It is read as a signed number in places.
    identity[7] = (identity[7] ?? 0) & 0x7f;
    await file.write(identity, 0, identity.length, 0);
  } finally {
    await file.close();
  }
}
