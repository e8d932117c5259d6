/** The contract, carried by pglogical. */
import { proveContract } from "./contract-suite.ts";

proveContract({ engine: "pglogical" });
