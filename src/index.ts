/** Tributary as a library. */
export { parseTopology } from "./topology/parse.ts";
export type { ParseOptions, ParseResult } from "./topology/parse.ts";
export type * from "./domain/state.ts";
export type * from "./domain/step.ts";
export type * from "./domain/topology.ts";
