/** Gaps in streams of pglogical. */
import { proveGapsAreFound } from "./gaps-suite.ts";

proveGapsAreFound("pglogical");
