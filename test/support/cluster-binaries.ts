/** Which PostgreSQL tests run on. */
import { type Binaries, findBinaries } from "../../src/sandbox/binaries.ts";

/** The binaries in TEST_PG_BIN, else those that the tool itself would find. */
export function testBinaries(): Promise<Binaries> {
  const directory = process.env["TEST_PG_BIN"];
  return findBinaries(directory === undefined ? {} : { directory });
}
