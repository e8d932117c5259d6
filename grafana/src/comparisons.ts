/** When the ends of each link were last compared, and what was found. */
import { CHOSEN, comparedAgo, differingRows } from "./expressions.ts";
import { type AnyPanel, table } from "./panels.ts";
import { EQUAL_WORDS, NONE_IS_GOOD } from "./words.ts";

export const comparisons: AnyPanel = table({
  title: "Both ends compared",
  description:
    "When the ends of each link were last compared row by row, whoever did it, and what was found; of several tables the one that waits longest. " +
    "Rows that differ: tributary verify lists them. Empty: nobody has compared yet; verify under monitor in the topology file has it done.",
  width: 24,
  key: "provider",
  sortBy: "Compared",
  isDescending: true,
  queries: [
    {
      expression: `${comparedAgo("")} and on (provider) label_replace(${CHOSEN}, "provider", "$1", "node", "(.+)")`,
      value: { title: "Compared", unit: "s" },
      labels: { provider: { title: "Provider" }, consumer: { title: "Subscriber" } },
    },
    {
      expression: "min by (provider) (tributary_verify_equal)",
      value: { title: "Found", words: EQUAL_WORDS },
    },
    {
      expression: `max by (provider) (${differingRows("")})`,
      value: { title: "Rows that differ", unit: "none", steps: NONE_IS_GOOD },
    },
    {
      expression: "max by (provider) (tributary_verify_interval_seconds)",
      value: { title: "To be done every", unit: "s" },
    },
    {
      expression: "max by (provider) (tributary_verify_duration_seconds)",
      value: { title: "Took", unit: "s" },
    },
  ],
});
