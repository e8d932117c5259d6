/** Interrupted is normal, carried by pglogical. */
import { proveInterruptible } from "./interrupted-suite.ts";

proveInterruptible({ engine: "pglogical" });
