/** What is said of comparing both ends of a link. Pure. */
import { duration } from "../../domain/amounts.ts";
import type { Verdict } from "../../domain/verification.ts";
import type { LinkView } from "../picture.ts";
import type { Trouble } from "./trouble.ts";

/** The last comparison. */
export interface Comparison {
  /** Of the table that waits longest. */
  readonly at: number;
  /** Absent: some tables were never compared. */
  readonly verdict?: Verdict;
  /** Rows that are not alike, by kind: `1 missing, 2 different`. Empty: none. */
  readonly rows: string;
}

/** Nothing where no table was ever compared. */
export function comparisonOf({ verified }: LinkView): { readonly comparison?: Comparison } {
  if (verified === undefined || verified.compared === 0) return {};
  const { lastAt, verdict } = verified;
  return {
    comparison: { at: lastAt, ...(verdict === undefined ? {} : { verdict }), rows: rowWords(verified) },
  };
}

const KINDS = ["missing", "extra", "different", "parked"] as const;

const rowWords = (counts: Readonly<Record<(typeof KINDS)[number], number>>): string =>
  KINDS.flatMap((kind) => (counts[kind] === 0 ? [] : [`${counts[kind].toLocaleString("en")} ${kind}`])).join(
    ", ",
  );

/** `6 h ago: equal`. */
export function comparisonWords({ at, verdict, rows }: Comparison, now: number): string {
  const found = {
    equal: "equal",
    different: rows === "" ? "columns differ" : rows,
    unsettled: "written all the time",
    unknown: "not all tables",
  }[verdict ?? "unknown"];
  return `${duration(now - at)} ago: ${found}`;
}

/** Differences, and that nobody looked for any. */
export const comparisonTroubles = (view: LinkView, at: number): readonly Trouble[] => [
  ...differenceTroubles(view),
  ...ageTroubles(view, at),
];

function differenceTroubles({ link: { provider }, verified }: LinkView): readonly Trouble[] {
  if (verified?.verdict !== "different") return [];
  const rows = rowWords(verified);
  return [
    {
      severity: "critical",
      says: `both ends were compared, and differ: ${rows === "" ? "columns are lacking" : rows}`,
      hint: `Run tributary verify --node ${provider.name}: it lists the rows; tributary repair then mends them.`,
      runbook: "TributaryVerifyDiffers",
    },
  ];
}

const DAY = 86_400;
/** Of others nobody expects it. */
const CARRYING = ["replicating", "catchup"];

function ageTroubles(
  { state, verified, verifyIntervalSeconds, link }: LinkView,
  at: number,
): readonly Trouble[] {
  if (verified === undefined || verifyIntervalSeconds === undefined || !CARRYING.includes(state)) return [];
  const age = at - verified.lastAt;
  if (age <= 2 * verifyIntervalSeconds + DAY) return [];
  return [
    {
      severity: "warning",
      says: `both ends have not been compared for ${duration(age)}, and are to be every ${duration(verifyIntervalSeconds)}`,
      hint: `The monitor's log says why. To compare them now: tributary verify --node ${link.provider.name}.`,
      runbook: "TributaryNotVerified",
    },
  ];
}
