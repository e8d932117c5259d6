/** The contract, carried by native replication, from older servers to newer ones. */
import { proveContract } from "./contract-suite.ts";

proveContract({ engine: "native", majors: { "district-a": 15, "district-b": 16, east: 18, nation: 17 } });
