/** Parked rows as people and programs read them. */
import { legibly } from "../../domain/legible.ts";
import { literal } from "../../postgres/quote.ts";
import { parkedAdvice } from "../parked-advice.ts";
import type { ParkedGroup, ParkedKey } from "../parked-rows.ts";

/** What waits, node by node, each cause with its keys and what to do. */
export function renderParked(project: string, found: readonly ParkedGroup[]): string {
  const groups = legibly(found);
  if (groups.length === 0) return `Project ${project}: nothing is parked.`;
  const nodes = [...new Set(groups.map(({ node }) => node))];
  return [
    `Project ${project}: ${countRows(totalOf(groups))} parked at ${nodes.map((node) => `"${node}"`).join(", ")}.`,
    ...nodes.flatMap((node) => [
      "",
      `node "${node}"`,
      ...groups.filter((group) => group.node === node).flatMap(renderGroup),
    ]),
    "",
    "They are tried again by themselves as messages arrive; tributary parked --retry tries at once.",
  ].join("\n");
}

function renderGroup(group: ParkedGroup): readonly string[] {
  const { table, owner, rows, kind, since, reason } = group;
  const details = [...new Set(group.oldest.flatMap(({ detail }) => detail ?? []))];
  return [
    `  ${table} of "${owner}": ${countRows(rows)} (${kind}), since ${inWords(since)}`,
    `    ${reason}`,
    ...details.slice(0, 3).map((detail) => `    ${detail}`),
    `    ${keysOf(group)}`,
    `    ${parkedAdvice(group)}`,
  ];
}

/** What a discard would do, before it is agreed to. */
export function renderDiscard(found: readonly ParkedGroup[]): string {
  const groups = legibly(found);
  return [
    `Discard ${countRows(totalOf(groups))}:`,
    ...groups.flatMap((group) => [
      `  - node "${group.node}": ${countRows(group.rows)} of ${group.table} of "${group.owner}" (${group.kind}), ${keysOf(group)}`,
      `      ${CONSEQUENCES[group.kind] ?? CONSEQUENCES["patch"] ?? ""}`,
    ]),
    "Until they change again where they were written, these rows differ from there. To bring some back, run there:",
    ...new Set(groups.map((group) => `  at "${group.owner}": ${emission(group)}`)),
  ].join("\n");
}

const CONSEQUENCES: Readonly<Record<string, string>> = {
  put: "they stay missing here, or as they were; a later change of such a row is parked again",
  patch: "they stay here as they were before the change, or missing",
  drop: "they stay here although they were withdrawn or deleted",
};

/** `select tributary.emit('knowledge', 'public.document', '{1,2}');` */
function emission({ set, table, oldest }: ParkedGroup): string {
  const keys = oldest.flatMap(({ key }) => (key === null ? [] : [key]));
  const isSimple = keys.every((key) => key.length === 1);
  const items = keys.map((key) => (isSimple ? arrayItem(key[0]) : `{${key.map(arrayItem).join(",")}}`));
  return `select tributary.emit(${[set, table, `{${items.join(",")}}`].map((text) => literal(text).trim()).join(", ")});`;
}

const arrayItem = (value: string | null | undefined): string =>
  value === null || value === undefined
    ? "NULL"
    : /^[\w.:-]+$/u.test(value) && value.toLowerCase() !== "null"
      ? value
      : `"${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;

function keysOf({ rows, oldest }: ParkedGroup): string {
  const more = rows - oldest.length;
  if (oldest.length === 0) return `${rows === 1 ? "key" : "keys"} not shown`;
  return `${rows === 1 ? "key" : "keys"} ${oldest.map(keyText).join(", ")}${more > 0 ? ` and ${more.toLocaleString("en")} more` : ""}`;
}

function keyText({ key }: ParkedKey): string {
  if (key === null) return "unknown";
  const parts = key.map((value) => value ?? "null");
  return parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(", ")})`;
}

/** A group as programs know it. */
export function parkedAsJson({ oldest, lastId: _lastId, ...group }: ParkedGroup): object {
  return { ...group, advice: parkedAdvice(group), keys: oldest.map(({ key }) => key) };
}

/** `1 row`, `12,345 rows`. */
export const countRows = (rows: number): string =>
  `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`;

const totalOf = (groups: readonly ParkedGroup[]): number => groups.reduce((sum, { rows }) => sum + rows, 0);

const inWords = (iso: string): string => iso.replace("T", " ").replace("Z", " UTC");
