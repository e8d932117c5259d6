/** Tributary as a library: the four functions of the pipeline, and their types. */
export { applyPlan } from "./apply/apply.ts";
export { observe } from "./observe/observe.ts";
export { plan } from "./plan/plan.ts";
export { parseTopology } from "./topology/parse.ts";
export type * from "./domain/state.ts";
export type * from "./domain/step.ts";
export type * from "./domain/topology.ts";
