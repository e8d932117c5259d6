/** The program with which people look into a database. */
import { existsSync } from "node:fs";
import path from "node:path";

import type { Binaries } from "./binaries.ts";

/** How to call it: by its name, or where the servers' programs are. Undefined: there is none. */
export function findPsql({ directory }: Binaries): string | undefined {
  const isIn = (folder: string): boolean => existsSync(path.join(folder, "psql"));
  if ((process.env["PATH"] ?? "").split(path.delimiter).some(isIn)) return "psql";
  return isIn(directory) ? path.join(directory, "psql") : undefined;
}
