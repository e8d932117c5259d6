/** Encodings of the two databases of a link: what is carried between which. */
import type { EngineKind } from "./topology.ts";

/** A database, and how it is written. */
export interface Encoded {
  readonly name: string;
  readonly database: string;
  readonly encoding: string;
}

export interface Misfit {
  /** The node whose database has to be made anew, or whose engine has to be another. */
  readonly node: string;
  readonly message: string;
  readonly fix: string;
}

/**
 * What is wrong, and with which of the two; undefined when nothing is. Native replication converts to UTF8 from whatever a session of
 * ours can read (PostgreSQL's manual, "Available Character Set Conversions"). UTF8 has nearly all
 * characters of other encodings, and what it does not have is parked; in any other direction the next character may be one that the
 * database above cannot write. pglogical does not convert. SQL_ASCII lets in bytes that are no text elsewhere.
 */
export function encodingMisfit(below: Encoded, above: Encoded, engine: EngineKind): Misfit | undefined {
  if (below.encoding === above.encoding) return undefined;
  if (below.encoding === "SQL_ASCII")
    return {
      node: below.name,
      message: `its database has the encoding ${below.encoding}, which says of no byte beyond ASCII what character it is; needs ${above.encoding} as node "${above.name}" has: the stream would stop for good at the first such byte.`,
      fix: anew(below, above.encoding),
    };
  if (above.encoding !== "UTF8")
    return {
      node: above.name,
      message: `its database has the encoding ${above.encoding}, needs UTF8 above ${below.encoding} of node "${below.name}": the stream would stop for good at the first character that cannot be written here.`,
      fix: anew(above, "UTF8"),
    };
  if (engine === "native") return undefined;
  return {
    node: below.name,
    message: `its database has the encoding ${below.encoding}, that of node "${above.name}" ${above.encoding}, and pglogical does not convert; needs native replication.`,
    fix: `Write "engine: native" at node "${below.name}" in the topology file.`,
  };
}

function anew({ database }: Encoded, encoding: string): string {
  return `Make the database anew and load it from a dump: createdb --template=template0 --encoding=${encoding} ${database}_new`;
}

/** What the stream of a link is written in, where the provider has to see to it that each message can be; null: as it is there. */
export function streamEncoding(below: Encoded, above: Encoded): string | null {
  return below.encoding === above.encoding ? null : above.encoding;
}
