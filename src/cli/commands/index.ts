/** All commands, in the order of the reference. A new one is a file and a line here. */
import type { Command } from "../command.ts";
import { init } from "./init.ts";
import { poc } from "./poc.ts";
import { validate } from "./validate.ts";

export const commands: readonly Command[] = [init, validate, poc];
