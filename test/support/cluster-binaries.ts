/** Which PostgreSQL tests run on. */
import { type Binaries, findBinaries } from "../../src/sandbox/binaries.ts";

/** The binaries in TEST_PG_BIN, else the installed ones that the tool itself would find. */
export function testBinaries(): Promise<Binaries> {
  return findBinaries({ directory: process.env["TEST_PG_BIN"], needsPglogical: "the test" });
}
