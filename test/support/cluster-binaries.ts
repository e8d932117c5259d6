/** Which PostgreSQL tests run on. */
import path from "node:path";

import { type Binaries, findBinaries } from "../../src/sandbox/binaries.ts";
import { npmPrograms } from "../../src/sandbox/npm-postgres.ts";

/** The newest comes with the tool, the others with test/postgres. */
const NEWEST_MAJOR = 18;

/** Those of a major from npm, without pglogical; else those in TEST_PG_BIN, or installed ones that the tool itself would find. */
export function testBinaries(major?: number): Promise<Binaries> {
  if (major === undefined)
    return findBinaries({ directory: process.env["TEST_PG_BIN"], needsPglogical: "the test" });
  const older = path.resolve(import.meta.dirname, `../postgres/node_modules/postgres-${major}/native/bin`);
  return findBinaries({ directory: major === NEWEST_MAJOR ? npmPrograms() : older });
}
