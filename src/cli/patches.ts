/** What a repair sends, link by link, and what came of it. Pure. */
import { isMendable, type Repaired } from "../apply/repair.ts";
import { DriftError, UsageError } from "../domain/errors.ts";
import { linksUpward, relationName, type TableRule, type Topology } from "../domain/topology.ts";
import { type Difference, isCutShort, type VerificationReport } from "../domain/verification.ts";
import type { Extent } from "../verify/verify-tree.ts";

/** The rows of one table over one link that are to be mended. */
export interface Patch {
  readonly provider: string;
  readonly subscriber: string;
  readonly set: string;
  readonly rule: TableRule;
  readonly rows: readonly Difference[];
}

/** What of a report to send. */
export interface Choice {
  readonly nodes?: readonly string[] | undefined;
  readonly tables?: readonly string[] | undefined;
  readonly only: string | undefined;
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  insert: ["missing", "parked"],
  upsert: ["missing", "parked", "different"],
};

/** What to send, lowest links first: what a district sends mends the tiers above its region, too. */
export function patchesOf(
  topology: Topology,
  report: VerificationReport,
  { nodes, tables, only }: Choice,
): readonly Patch[] {
  if (report.project !== topology.project)
    throw new UsageError(
      `the report is of project "${report.project}", needs to be of "${topology.project}"`,
      {
        code: "wrong-report",
        hint: "Compare this tree: tributary verify.",
      },
    );
  const kinds = KINDS[only ?? ""];
  return linksUpward(topology).flatMap(({ provider, subscriber }) => {
    const found = report.links.find(
      (link) => link.provider === provider.name && link.subscriber === subscriber.name,
    );
    const isWanted = nodes === undefined || nodes.includes(provider.name) || nodes.includes(subscriber.name);
    if (found === undefined || !isWanted) return [];
    return found.tables.flatMap(({ set, relation, rows }): Patch[] => {
      const rule = ruleOf(topology, set, relation);
      const chosen = rows.filter((row) => isMendable(row) && (kinds?.includes(row.kind) ?? true));
      if (chosen.length === 0 || (tables !== undefined && !tables.includes(relation))) return [];
      return [{ provider: provider.name, subscriber: subscriber.name, set, rule, rows: chosen }];
    });
  });
}

function ruleOf(topology: Topology, set: string, relation: string): TableRule {
  const tables = topology.sets.find(({ name }) => name === set)?.tables ?? [];
  const rule = tables.find((each) => relationName(each) === relation);
  if (rule !== undefined) return rule;
  throw new DriftError(`table "${relation}" does not travel in set "${set}" any more`, {
    code: "report-outdated",
    hint: "Compare again: tributary verify.",
  });
}

/** A patch and what came of it. */
export interface Done {
  readonly patch: Patch;
  readonly repaired: Repaired;
}

/** What is to be compared again; nothing when the report lists every row that differs. */
export function unlisted(report: VerificationReport, { nodes }: Choice): Extent | undefined {
  const links = report.links.filter(
    (link) =>
      link.tables.some(isCutShort) &&
      (nodes === undefined || nodes.includes(link.provider) || nodes.includes(link.subscriber)),
  );
  if (links.length === 0) return undefined;
  const tables = links.flatMap((link) => link.tables.filter(isCutShort).map(({ relation }) => relation));
  return { links: links.map(({ provider }) => provider), tables: [...new Set(tables)] };
}

/** Tables of which the comparison could not tell anything, each with the reason. */
export function unknownTables(report: VerificationReport, { nodes, tables }: Choice): readonly string[] {
  return report.links
    .filter(
      ({ provider, subscriber }) =>
        nodes === undefined || nodes.includes(provider) || nodes.includes(subscriber),
    )
    .flatMap((link) =>
      link.tables
        .filter(({ verdict, relation }) => verdict === "unknown" && (tables?.includes(relation) ?? true))
        .map(
          ({ relation, reason }) =>
            `${link.provider} → ${link.subscriber}, ${relation}: ${reason ?? "not known"}`,
        ),
    );
}

/** All rounds of a table as one. */
export function byTable(all: readonly Done[]): readonly Done[] {
  const tables = new Map<string, Done>();
  for (const one of all) {
    const place = JSON.stringify([one.patch.provider, relationName(one.patch.rule)]);
    const before = tables.get(place)?.repaired ?? { sent: 0, changed: 0, equal: 0, unsettled: 0 };
    const { sent, changed, equal, unsettled, left } = one.repaired;
    tables.set(place, {
      patch: one.patch,
      repaired: {
        sent: before.sent + sent,
        changed: before.changed + changed,
        equal: before.equal + equal,
        unsettled: before.unsettled + unsettled,
        left,
      },
    });
  }
  return [...tables.values()];
}
