/** Interrupted is normal, carried by native replication. */
import { proveInterruptible } from "./interrupted-suite.ts";

proveInterruptible({ engine: "native" });
