/** Locales that the machine need not have: money is written with other digits and marks under each. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll } from "vitest";

import { runProgram } from "../../src/sandbox/command.ts";

/**
 * Compiles locales into a folder and makes servers that are started from now on find them, until the file's tests are over.
 * Returns their names.
 */
export async function foreignLocales(...names: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "tributary-locales-"));
  chmodSync(folder, 0o755);
  process.env["LOCPATH"] = folder;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return Promise.all(
    names.map(async (name) => {
      await runProgram("localedef", ["-i", name, "-f", "UTF-8", path.join(folder, `${name}.utf8`)]);
      return `${name}.utf8`;
    }),
  );
}
