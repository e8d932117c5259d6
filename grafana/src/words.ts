/** What dashboards call things: a word and a colour, never a colour alone. */
import { DOWN_REASONS, type DownReason, LINK_STATES, type LinkStatus } from "../../src/monitor/judge.ts";
import type { FailureReason } from "../../src/monitor/record.ts";
import { stateWord } from "../../src/monitor/words.ts";

/** Grey says that nobody knows, or that nothing is to be done. */
const GREY = "#8e8e8e";
export type Color = "green" | "yellow" | "orange" | "red" | "blue" | "purple" | "text" | typeof GREY;

/** What is shown for a value, by the value. */
export type Words = Readonly<Record<string, readonly [text: string, color: Color]>>;

/** Colours, each with the value that it begins at. The first begins below all. */
export type Steps = readonly (readonly [color: Color, from?: number])[];

const STATE_COLORS: Readonly<Record<LinkStatus, Color>> = {
  replicating: "green",
  catchup: "blue",
  initializing: "purple",
  disabled: "orange",
  down: "red",
  unknown: GREY,
};

export const STATE_WORDS: Words = Object.fromEntries(
  LINK_STATES.map((state) => [state, [stateWord(state), STATE_COLORS[state]]]),
);

export const REASON_WORDS: Readonly<Record<DownReason, Words[string]>> = {
  disabled: ["disabled", "orange"],
  provider_unreachable: ["provider out of reach", "orange"],
  slot_missing: ["slot gone", "red"],
  slot_lost: ["slot lost", "red"],
  slot_in_use: ["slot read by another", "red"],
  plugin_not_allowed: ["output plugin not allowed", "red"],
  command_refused: ["command refused", "red"],
  apply_error: ["cannot apply", "red"],
  half_open: ["line half dead", "red"],
  not_set_up: ["not set up", GREY],
};

export const FAILURE_WORDS: Readonly<Record<FailureReason, Words[string]>> = {
  dns: ["name not found", "orange"],
  refused: ["refused", "orange"],
  timeout: ["no answer", "orange"],
  tls: ["TLS", "orange"],
  auth: ["not let in", "orange"],
  permission: ["not permitted", "orange"],
  not_set_up: ["not set up", GREY],
  query: ["query failed", "orange"],
};

export const WAL_STATES = ["reserved", "extended", "unreserved", "lost"] as const;
const WAL_WORDS: Words = {
  reserved: ["kept", "green"],
  extended: ["kept, more than usual", "yellow"],
  unreserved: ["may go at any moment", "orange"],
  lost: ["lost", "red"],
};

export const YES_NO: Words = { 1: ["yes", "green"], 0: ["no", "red"] };
export const FRESH_WORDS: Words = { 1: ["fresh", "green"], 0: ["stale", "red"] };
export const EQUAL_WORDS: Words = { 1: ["equal", "green"], 0: ["different", "red"] };
export const CHECK_WORDS: Words = { 1: ["as it should be", "green"], 0: ["not as it should be", "red"] };
export const REACH_WORDS: Words = {
  0: ["in reach", "green"],
  1: ["out of reach, within budget", "yellow"],
  2: ["out of reach, over budget", "red"],
};

/** What stands for a moment that does not come, and for one that nobody knows: they sort behind all that come. */
export const NEVER_SECONDS = 1e9;
export const UNKNOWN_SECONDS = 2e9;
export const TIME_LEFT_WORDS: Words = {
  0: ["none", "red"],
  [NEVER_SECONDS]: ["no end in sight", "green"],
  [UNKNOWN_SECONDS]: ["not known yet", GREY],
};

const HOUR = 3600;
/** What is so near counts as danger. */
export const SOON_SECONDS = 72 * HOUR;
export const TIME_LEFT_STEPS: Steps = [["red"], ["orange", 24 * HOUR], ["green", SOON_SECONDS]];
export const SOME_IS_ODD: Steps = [["green"], ["yellow", 1]];
export const NONE_IS_GOOD: Steps = [["green"], ["red", 1]];

/** Of words that a label holds: their numbers as `ordinal` counts them. */
const numbered = (values: readonly string[], words: Words): Words =>
  Object.fromEntries(values.map((value, index) => [index + 1, words[value] ?? [value, GREY]]));

export const STATE_NUMBERS: Words = numbered(LINK_STATES, STATE_WORDS);
export const REASON_NUMBERS: Words = {
  0: ["nothing in the way", "green"],
  ...numbered(DOWN_REASONS, REASON_WORDS),
};
export const WAL_NUMBERS: Words = numbered(WAL_STATES, WAL_WORDS);
