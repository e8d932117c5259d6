/** Tables and keys of rows, as people write them on a command line. */
import { isScalar, isSeq, parseDocument } from "yaml";

import { UsageError } from "../domain/errors.ts";
import { relationName } from "../domain/topology.ts";
import { parseTableName } from "../topology/table-name.ts";

/** `schema.table`, unquoted, as messages name it. Throws UsageError. */
export function parseRelation(table: string): string {
  const name = parseTableName(table);
  if ("message" in name) throw new UsageError(name.message, { code: "usage", hint: name.hint });
  return relationName(name);
}

/** A JSON array of texts and numbers is a key of several columns; anything else is one value. Numbers keep all their digits. */
export function parseKey(text: string): readonly string[] {
  if (!isJsonArray(text)) return [text];
  // JSON is YAML, of which the source can be had: 9007199254740993 is no number in JavaScript.
  const { contents } = parseDocument(text);
  return isSeq(contents)
    ? contents.items.map((item) => (isScalar(item) ? (item.source ?? "") : String(item)))
    : [text];
}

function isJsonArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
