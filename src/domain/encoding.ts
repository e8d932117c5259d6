/** Encodings of the two databases of a link. Neither engine's stream, nor a comparison by sums, survives that they differ. */

/** A database, and how it is written. */
export interface Encoded {
  readonly name: string;
  readonly database: string;
  readonly encoding: string;
}

export interface Misfit {
  /** The node whose database has to be made anew. */
  readonly node: string;
  readonly message: string;
  readonly fix: string;
}

/**
 * What is wrong, and with which of the two; undefined when nothing is. pglogical refuses to convert, native replication stops for
 * good at a character that the database above does not have, and SQL_ASCII lets in bytes that are no text elsewhere.
 */
export function encodingMisfit(below: Encoded, above: Encoded): Misfit | undefined {
  if (below.encoding === above.encoding) return undefined;
  const [changing, kept] = below.encoding === "UTF8" ? [above, below] : [below, above];
  return {
    node: changing.name,
    message: `its database has the encoding ${changing.encoding}, needs ${kept.encoding} as node "${kept.name}" has: the stream would stop for good at the first text that is written otherwise there.`,
    fix: `Make the database anew and load it from a dump: createdb --template=template0 --encoding=${kept.encoding} ${changing.database}_new`,
  };
}
