/** Gaps in streams of native replication. */
import { proveGapsAreFound } from "./gaps-suite.ts";

proveGapsAreFound("native");
