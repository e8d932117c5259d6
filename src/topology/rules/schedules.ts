/** Rules about when links are compared. */
import { cronFault, isTimeZone } from "../cron.ts";
import { didYouMean } from "../nearest.ts";
import type { VerifyEntry } from "../schema.ts";
import type { Finding, Path } from "../source.ts";
import type { Rule } from "./rule.ts";

const CRON_HINT =
  "Five fields: minute, hour, day of month, month, day of week. 0 2 * * * is each night at two.";

export const schedulesAreSound: Rule = ({ draft }) => [
  ...findingsOf(["monitor", "verify"], draft.monitor?.verify),
  ...Object.entries(draft.nodes).flatMap(([name, { monitor }]) =>
    findingsOf(["nodes", name, "monitor", "verify"], monitor?.verify),
  ),
];

export const rootHasNoLinkToCompare: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { isRoot, monitor }]) =>
    isRoot && typeof monitor?.verify === "object"
      ? [
          {
            path: ["nodes", name, "monitor", "verify"],
            at: "key",
            message: `"${name}" is the root: it has no link upward that could be compared`,
            hint: "Put it under monitor, for all links, or at the nodes whose links are meant.",
          },
        ]
      : [],
  );

/** The shape may be wrong, and is told of elsewhere. */
function findingsOf(path: Path, entry: Partial<VerifyEntry> | false | undefined): readonly Finding[] {
  const { every, time_zone: zone } = typeof entry === "object" ? entry : {};
  const fault = every === undefined ? undefined : cronFault(every);
  return [
    ...(fault === undefined
      ? []
      : [{ path: [...path, "every"], message: `"${every}": ${fault}`, hint: CRON_HINT }]),
    ...(zone === undefined || isTimeZone(zone)
      ? []
      : [
          {
            path: [...path, "time_zone"],
            message: `there is no time zone "${zone}"`,
            ...didYouMean(zone, Intl.supportedValuesOf("timeZone")),
          },
        ]),
  ];
}
