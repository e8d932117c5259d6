/** The engine that carries outboxes through PostgreSQL's own logical replication. */
import type { Engine } from "../engine.ts";
import { checkNative } from "./check.ts";
import { observeNative } from "./observe.ts";
import { progressOf } from "./progress.ts";
import { refusals } from "./refusals.ts";
import { handover, pause, resume, statementsOf } from "./statements.ts";

export const native: Engine = {
  kind: "native",
  check: checkNative,
  observe: observeNative,
  statements: statementsOf,
  pause,
  resume,
  handover,
  refusals,
  progress: progressOf,
};
