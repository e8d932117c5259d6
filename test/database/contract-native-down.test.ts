/** The contract, carried by native replication, from newer servers to older ones. */
import { proveContract } from "./contract-suite.ts";

proveContract({
  engine: "native",
  majors: { "district-a": 18, "district-b": 17, east: 15, nation: 16 },
  bulkRows: 5000,
});
