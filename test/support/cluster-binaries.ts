/** Which PostgreSQL tests run on. */
import path from "node:path";

import { type Binaries, findBinaries } from "../../src/sandbox/binaries.ts";

/** Those of a major from npm, without pglogical; else those in TEST_PG_BIN, or that the tool itself would find. */
export function testBinaries(major?: number): Promise<Binaries> {
  if (major !== undefined)
    return findBinaries({
      directory: path.resolve(import.meta.dirname, `../postgres/node_modules/postgres-${major}/native/bin`),
      withoutPglogical: true,
    });
  const directory = process.env["TEST_PG_BIN"];
  return findBinaries(directory === undefined ? {} : { directory });
}
