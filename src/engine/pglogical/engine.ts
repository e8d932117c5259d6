/** The engine that carries outboxes through pglogical. */
import type { Engine } from "../engine.ts";
import { checkPglogical } from "./check.ts";
import { observePglogical } from "./observe.ts";
import { progressOf } from "./progress.ts";
import { handover } from "./handover.ts";
import { refusals } from "./refusals.ts";
import { pause, resume, statementsOf } from "./statements.ts";

export const pglogical: Engine = {
  kind: "pglogical",
  check: checkPglogical,
  observe: observePglogical,
  statements: statementsOf,
  pause,
  resume,
  handover,
  refusals,
  progress: progressOf,
};
