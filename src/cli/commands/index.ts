/** All commands, in the order of the reference. A new one is a file and a line here. */
import type { Command } from "../command.ts";
import { apply } from "./apply.ts";
import { emit } from "./emit.ts";
import { doctor } from "./doctor.ts";
import { init } from "./init.ts";
import { monitor } from "./monitor.ts";
import { parked } from "./parked.ts";
import { plan } from "./plan.ts";
import { remove } from "./remove.ts";
import { repair } from "./repair.ts";
import { skip } from "./skip.ts";
import { status } from "./status.ts";
import { trace } from "./trace.ts";
import { verify } from "./verify.ts";
import { poc } from "./poc.ts";
import { validate } from "./validate.ts";

export const commands: readonly Command[] = [
  init,
  validate,
  doctor,
  plan,
  apply,
  status,
  trace,
  verify,
  repair,
  parked,
  emit,
  skip,
  remove,
  monitor,
  poc,
];
