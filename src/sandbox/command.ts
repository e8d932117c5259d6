/** Runs one program to its end, as the user that runs the servers. */
import { execFile } from "node:child_process";

import { PreconditionError } from "../domain/errors.ts";
import type { OsUser } from "./os-user.ts";

/** Without the caller's PGHOST, PGDATA, PGOPTIONS and the like, which would lead a program elsewhere. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|TZ|HOME$)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C", HOME: "/" };
}

/** Its output; rejects with the program's own words when it fails. */
export function runProgram(
  file: string,
  programArguments: readonly string[],
  user?: OsUser,
): Promise<string> {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const options = { cwd: "/", env: cleanEnvironment(), maxBuffer: 16 << 20, ...identity };
  return new Promise((resolve, reject) => {
    execFile(file, [...programArguments], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      const words = stderr.trim() || error.message;
      reject(new PreconditionError(`${file} failed: ${words}`, { code: "program-failed", cause: error }));
    });
  });
}
