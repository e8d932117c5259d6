/** A repair, before and after, for people. */
import { legibly } from "../../domain/legible.ts";
import { relationName } from "../../domain/topology.ts";
import { isCutShort, type VerificationReport } from "../../domain/verification.ts";
import type { Done, Patch } from "../patches.ts";

const SHOWN = 5;

/** What would be sent. */
export function renderRepair(
  report: VerificationReport,
  found: readonly Patch[],
  unknown: readonly string[],
): string {
  const patches = legibly(found);
  const open = legibly(unknown).map((table) => `NOT KNOWN: ${table}`);
  if (patches.length === 0)
    return [
      ...open,
      `Compared at ${report.to}: nothing to mend${open.length === 0 ? "" : " in what could be compared"}.`,
    ].join("\n");
  return [
    ...open,
    `Compared at ${report.to}. To be sent once more, from the provider's end, to all tiers above:`,
    ...patches.flatMap((patch) => [
      `  ${patch.provider} → ${patch.subscriber}, ${relationName(patch.rule)}: ${counted(patch)}`,
      ...patch.rows
        .slice(0, SHOWN)
        .map(({ key, kind, owner }) => `    ${WORDS[kind] ?? kind}: ${key.join(", ")} of "${owner}"`),
      ...(patch.rows.length > SHOWN ? [`    and ${patch.rows.length - SHOWN} more`] : []),
    ]),
    ...(report.links.some(({ tables }) => tables.some(isCutShort))
      ? ["More differs than was listed: it is looked for and sent after these."]
      : []),
  ].join("\n");
}

const WORDS: Readonly<Record<string, string>> = {
  missing: "whole",
  different: "whole",
  extra: "as gone",
};

function counted({ rows }: Patch): string {
  const gone = rows.filter(({ kind }) => kind === "extra").length;
  const parts = [
    ...(rows.length > gone ? [`${rows.length - gone} whole`] : []),
    ...(gone > 0 ? [`${gone} as gone`] : []),
  ];
  return parts.join(", ");
}

/** What came of it. */
export function renderRepaired(done: readonly Done[]): string {
  const lines = legibly(done).flatMap(({ patch, repaired: { sent, changed, equal, unsettled, left } }) => [
    `${patch.provider} → ${patch.subscriber}, ${relationName(patch.rule)}: ${sent} sent` +
      (equal > 0 ? `, ${equal} equal by now` : "") +
      (changed > 0 ? `, ${changed} changed since and left alone` : "") +
      (unsettled > 0 ? `, ${unsettled} written all the time: run it again` : "") +
      (left.length > 0 ? `, ${left.length} STILL DIFFERENT` : ""),
    ...left
      .slice(0, SHOWN)
      .map(
        ({ key, kind, reason }) =>
          `  ${kind}: ${key.join(", ")}${reason === undefined ? "" : ` (${reason})`}`,
      ),
  ]);
  const isMended = done.every(({ repaired }) => repaired.left.length === 0);
  return [
    ...lines,
    isMended
      ? "All that was sent has arrived, and is equal."
      : "What is still different: tributary trace TABLE KEY says where it stands.",
  ].join("\n");
}
