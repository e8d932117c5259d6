/** Words that problems have in common. */
import type { Link } from "../domain/topology.ts";

const SHOWN = 5;

/** `district-a → east`. */
export function linkName(link: Link): string {
  return `${link.provider.name} → ${link.subscriber.name}`;
}

/** `the link a → b`, `the links a → c, b → c`. */
export function linksPhrase(links: readonly Link[]): string {
  return `the link${links.length === 1 ? "" : "s"} ${enumerate(links.map(linkName))}`;
}

/** The first few, and how many more. */
export function enumerate(items: readonly string[]): string {
  if (items.length <= SHOWN) return items.join(", ");
  return `${items.slice(0, SHOWN).join(", ")} and ${items.length - SHOWN} more`;
}

/** A name as SQL has it, quoted always: for the statements that problems propose to people. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."table"`. */
export function quotedTable(table: { readonly schema: string; readonly table: string }): string {
  return `${quoted(table.schema)}.${quoted(table.table)}`;
}
