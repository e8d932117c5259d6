/** The contract, carried by native replication. */
import { proveContract } from "./contract-suite.ts";

proveContract({ engine: "native" });
