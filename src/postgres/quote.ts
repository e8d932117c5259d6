/** The only quoting: every name and literal that goes into SQL text passes here. */

/** A name, quoted. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table's name, quoted and with its schema. */
export function qualified(schema: string, table: string): string {
  return `${identifier(schema)}.${identifier(table)}`;
}

/** A text literal that means the same whatever `standard_conforming_strings` says. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? ` E${quoted}` : quoted;
}

/** A text between dollar signs that do not occur in it. */
export function dollarQuoted(text: string): string {
  let tag = "$tributary$";
  for (let number = 1; text.includes(tag); number += 1) tag = `$tributary_${number}$`;
  return `${tag}${text}${tag}`;
}
