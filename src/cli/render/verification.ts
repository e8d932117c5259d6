/** What a comparison found, for people on a terminal. */
import { legibly } from "../../domain/legible.ts";
import type {
  Difference,
  LinkVerification,
  Stray,
  TableVerification,
  VerificationReport,
} from "../../domain/verification.ts";

/** Rows of each table that are shown; the report has more. */
const SHOWN = 5;

const VERDICTS = {
  equal: "equal",
  different: "DIFFERENT",
  unsettled: "written all the time: not known",
  unknown: "not known",
} as const;

/** The links with their tables, then what to do. */
export function renderVerification(found: VerificationReport): string {
  const report = legibly(found);
  const tables = report.links.flatMap((link) => link.tables);
  return [
    `Project ${report.project}: ${headline(report, tables)}`,
    ...report.links.flatMap((link) => ["", `${link.provider} → ${link.subscriber}`, ...tableLines(link)]),
    ...(report.strays.length === 0
      ? []
      : ["", "Rows that no node below answers for", ...report.strays.map(strayLine)]),
    ...nextStep(report, tables),
  ].join("\n");
}

function headline(
  { verdict, links, strays }: VerificationReport,
  tables: readonly TableVerification[],
): string {
  const all = `${plural(tables.length, "table")} on ${plural(links.length, "link")}`;
  if (verdict === "equal")
    return tables.length === 0 ? "nothing was due to be compared." : `equal. ${all} compared.`;
  const differing = tables.filter((table) => table.verdict === "different").length;
  const open = tables.filter((table) => table.verdict === "unknown" || table.verdict === "unsettled").length;
  const parts = [
    ...(differing === 0 ? [] : [`${differing} of ${all} differ`]),
    ...(open === 0 ? [] : [`of ${plural(open, "table")} nothing can be said`]),
    ...(strays.length === 0 ? [] : ["there are strays"]),
  ];
  return `${parts.join("; ")}.`;
}

const tableLines = ({ tables }: LinkVerification): readonly string[] =>
  tables.length === 0 ? ["  found equal lately, not compared again"] : tables.flatMap(tableLine);

function tableLine(table: TableVerification): readonly string[] {
  const { relation, verdict, reason, rowsBelow, rowsAbove, isComplete, unsettled } = table;
  const atLeast = isComplete || verdict === "unknown" ? "" : "at least ";
  const counts = (["missing", "extra", "different", "parked", "kept"] as const)
    .filter((kind) => table[kind] > 0)
    .map((kind) => `${table[kind].toLocaleString("en")} ${kind}`);
  const details = [
    ...(counts.length === 0 ? [] : [`${atLeast}${counts.join(", ")}`]),
    ...(unsettled === 0 ? [] : [`${plural(unsettled, "row")} never stood still`]),
    ...(reason === undefined ? [] : [reason]),
  ];
  const rows =
    verdict === "unknown" && rowsBelow === 0
      ? ""
      : `, ${rowsBelow.toLocaleString("en")} rows below, ${rowsAbove.toLocaleString("en")} above`;
  return [
    `  ${relation}: ${VERDICTS[verdict]}${rows}`,
    ...details.map((text) => `    ${text}`),
    ...table.rows.slice(0, SHOWN).flatMap(rowLine),
    ...(table.rows.length > SHOWN
      ? [`      and ${(table.rows.length - SHOWN).toLocaleString("en")} more in the report`]
      : []),
  ];
}

function rowLine({ key, kind, owner, reason, columns = [] }: Difference): readonly string[] {
  return [
    `      ${kind}: ${key.join(", ")} of "${owner}"${reason === undefined ? "" : ` (${reason})`}`,
    ...(kind === "different" ? columns : []).map(
      ({ name, below, above }) => `        ${name}: ${short(below)} below, ${short(above)} above`,
    ),
  ];
}

const strayLine = ({ node, relation, owner, rows, keys }: Stray): string =>
  `  ${node}: ${plural(rows, "row")} of ${relation} ${owner === null ? "that nobody sent" : `of "${owner}", which is not below it`}: ${keys.slice(0, SHOWN).join(", ")}`;

function nextStep(
  { verdict, strays }: VerificationReport,
  tables: readonly TableVerification[],
): readonly string[] {
  const isMendable = tables.some(({ missing, extra, different }) => missing + extra + different > 0);
  const steps = [
    ...(isMendable ? ["tributary repair shows what would mend it, asks, and does it."] : []),
    ...(tables.some(({ parked }) => parked > 0)
      ? ["tributary parked says what could not be applied and why."]
      : []),
    ...(strays.length > 0
      ? ["Strays: put their node back into the topology file, or delete the rows there."]
      : []),
    ...(verdict === "unsettled" ? ["Run it again when fewer people write."] : []),
    ...(tables.some((table) => table.verdict === "unknown")
      ? ["tributary status says what stands in the way."]
      : []),
  ];
  return steps.length === 0 ? [] : ["", ...steps];
}

const MOST_CHARACTERS = 60;

function short(value: string | null): string {
  if (value === null) return "NULL";
  const line = `"${value.replaceAll('"', String.raw`\"`)}"`;
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)}…`;
}

const plural = (number: number, noun: string): string =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
