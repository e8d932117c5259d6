/** What row filters did, as text and as JSON. */
import { type Audit, FAULTS, type Fault } from "../../sandbox/poc/naive/audit.ts";
import type { Report } from "../../sandbox/poc/naive/reports.ts";
import { type PlayedStage, align } from "./poc.ts";

export interface NaiveOutcome {
  readonly afterScenes: readonly Audit[];
  readonly afterResync: readonly Audit[];
  /** After each scene, of every subscription. */
  readonly reports: readonly Report[];
  /** Updates that were skipped for want of the row, in the server logs. */
  readonly skipped: number;
}

const MEANING: Readonly<Record<Fault, string>> = {
  lost: "should be there",
  stale: "should be gone",
  outdated: "differs",
  leaked: "should never have travelled",
};

/** One line for each table of each district at each site, and a few of the rows. */
export function renderAudit(audits: readonly Audit[]): string {
  const header = ["tier", "site", "table", "district", "approved there", "here", ...FAULTS];
  const body = audits.map(({ tier, site, table, district, wanted, present, counts }) => [
    tier,
    site,
    table,
    district,
    ...[wanted, present, ...FAULTS.map((fault) => counts[fault])].map(String),
  ]);
  return [...align([header, ...body]), ...FAULTS.flatMap((fault) => renderExamples(fault, audits))].join(
    "\n",
  );
}

/** One for each way in which rows of a table are wrong at a tier. */
function renderExamples(fault: Fault, audits: readonly Audit[]): readonly string[] {
  const lines = new Map<string, string>();
  for (const { tier, site, table, district, examples } of audits)
    for (const { row, what } of examples[fault]) {
      const way = `${tier} ${table} ${what}`;
      if (!lines.has(way)) lines.set(way, `  ${site}: ${table} "${row}" of ${district}: ${what}`);
    }
  return lines.size === 0 ? [] : ["", `${fault} (${MEANING[fault]}), for example`, ...lines.values()];
}

/** The audits that are not as they were. */
export function changedAudits(before: readonly Audit[], after: readonly Audit[]): readonly Audit[] {
  const figures = ({ wanted, present, counts }: Audit): string => JSON.stringify([wanted, present, counts]);
  return after.filter((audit, index) => {
    const earlier = before[index];
    return earlier === undefined || figures(earlier) !== figures(audit);
  });
}

/** What it means, in a few sentences. */
export function renderVerdict({ afterScenes, afterResync, reports, skipped }: NaiveOutcome): string {
  const sum = (audits: readonly Audit[], fault: Fault, tier: Audit["tier"]): number =>
    audits.filter((audit) => audit.tier === tier).reduce((total, { counts }) => total + counts[fault], 0);
  const moved = afterResync
    .filter(({ tier }) => tier === "region")
    .map((audit) => audit.counts.lost - (afterScenes[afterResync.indexOf(audit)]?.counts.lost ?? 0));
  const total = (some: readonly number[]): number => some.reduce((left, right) => left + right, 0);
  const statuses = [...new Set(reports.map(({ status }) => status))];
  const subscriptions = new Set(reports.map(({ site, subscription }) => `${site} ${subscription}`));
  return [
    `After the scenes the nation lacked ${sum(afterScenes, "lost", "nation")} rows that the districts have approved, and showed ${sum(afterScenes, "stale", "nation")} that they have withdrawn or deleted.`,
    `Resynchronizing one table of one district gave the region ${-total(moved.filter((rows) => rows < 0))} lost rows back, took ${total(moved.filter((rows) => rows > 0))} of another district away, and brought ${sum(afterResync, "leaked", "region")} rows that were never to leave theirs.`,
    `Asked after every scene, all ${subscriptions.size} subscriptions said: ${statuses.join(", ")}. The only trace is ${skipped} lines in the server logs.`,
    "Without --naive the same scenes end equal at every tier.",
  ].join("\n");
}

/** One object: what was played, and both audits. */
export function naiveJson(stages: readonly PlayedStage[], outcome: NaiveOutcome): string {
  return JSON.stringify({ naive: true, stages, ...outcome });
}
