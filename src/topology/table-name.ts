/** Table names as SQL writes them. */
import { MAX_NAME_BYTES } from "../domain/names.ts";

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

const PART = /"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)/u;
const QUALIFIED = new RegExp(`^(?:${PART.source})\\.(?:${PART.source})$`, "u");
const PLAIN = new RegExp(`^(?:${PART.source})$`, "u");

/** Reads `schema.table`, each part quoted or not; or says what is wrong. */
export function parseTableName(
  text: string,
): TableName | { readonly message: string; readonly hint: string } {
  const parts = QUALIFIED.exec(text);
  if (parts === null) {
    const isPlain = PLAIN.test(text);
    return {
      message: isPlain ? `table ${text} has no schema` : `${text} is not a table's name`,
      hint: isPlain
        ? `Write public.${text}, or the schema it is in.`
        : `Write schema.table, quoted where SQL needs it: '"My schema"."My table"'.`,
    };
  }
  const [, quotedSchema, plainSchema, quotedTable, plainTable] = parts;
  const folded = [plainSchema, plainTable].find((part) => part !== undefined && part !== part.toLowerCase());
  if (folded !== undefined) {
    return {
      message: `${text}: PostgreSQL reads ${folded} as ${folded.toLowerCase()}`,
      hint: `Write ${folded.toLowerCase()}, or "${folded}" in double quotes within single quotes.`,
    };
  }
  const name = {
    schema: plainSchema ?? quotedSchema?.replaceAll('""', '"') ?? "",
    table: plainTable ?? quotedTable?.replaceAll('""', '"') ?? "",
  };
  const long = [name.schema, name.table].find(
    (part) => new TextEncoder().encode(part).length > MAX_NAME_BYTES,
  );
  if (long === undefined) return name;
  return {
    message: `${long} is longer than ${MAX_NAME_BYTES} bytes`,
    hint: "Give the name as PostgreSQL shortened it.",
  };
}
