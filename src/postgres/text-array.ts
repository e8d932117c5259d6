/** One-dimensional arrays of text, as PostgreSQL writes them. */

/** The literal of an array. */
export function arrayLiteral(items: readonly string[]): string {
  const quoted = items.map((item) => `"${item.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`);
  return `{${quoted.join(",")}}`;
}

const ITEM = /"((?:\\.|[^"\\])*)"|([^",{}]+)/gsu;

/** The items of an array's literal. */
export function parseTextArray(literal: string): readonly (string | null)[] {
  return [...literal.matchAll(ITEM)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain === "NULL" ? null : (plain ?? "")) : quoted.replaceAll(/\\(.)/gsu, "$1"),
  );
}
