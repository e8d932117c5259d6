/** Tables and keys of rows, as people write them on a command line. */
import { UsageError } from "../domain/errors.ts";
import { relationName } from "../domain/topology.ts";
import { parseTableName } from "../topology/table-name.ts";

/** `schema.table`, unquoted, as messages name it. Throws UsageError. */
export function parseRelation(table: string): string {
  const name = parseTableName(table);
  if ("message" in name) throw new UsageError(name.message, { code: "usage", hint: name.hint });
  return relationName(name);
}

/** A JSON array of texts and numbers is a key of several columns; anything else is one value. */
export function parseKey(text: string): readonly string[] {
  if (!text.startsWith("[")) return [text];
  try {
    const values: unknown = JSON.parse(text);
    return Array.isArray(values) ? values.map(String) : [text];
  } catch {
    return [text];
  }
}
