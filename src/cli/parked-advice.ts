/** What to do about a row that could not be applied, by the server's own word for why. */

export interface ParkedCause {
  /** Where it is parked. */
  readonly node: string;
  /** `schema.table`. */
  readonly table: string;
  /** The node that wrote it. */
  readonly owner: string;
  readonly sqlState: string;
}

/** A row of another node, or this node's own, has the key or a value that must be unique. */
export const isOwnershipConflict = ({ sqlState }: Pick<ParkedCause, "sqlState">): boolean =>
  sqlState === "23505";

/** A shared row is not what its other owners have: an error of ours (sql/code/shared.sql). */
const ROWS_DIFFER = "TRBDF";

/** One or two imperative sentences. */
export function parkedAdvice(cause: ParkedCause): string {
  const { node, table, owner, sqlState } = cause;
  if (isOwnershipConflict(cause))
    return `Two rows claim one key or one unique value, and the first one keeps it. Change or delete one of them where it was written: the other then arrives by itself. If the nodes are meant to have the same rows, as of a reference table, say "shared: true" for ${table} in the topology file.`;
  if (sqlState === ROWS_DIFFER)
    return `Make the row the same at all nodes that share it, or delete it at "${owner}": then it goes in by itself. Until then "${node}" keeps what it has.`;
  if (sqlState === "22P05") return `Correct the text at "${owner}": the row then arrives by itself.`;
  if (sqlState === "42703")
    return `Add the column to ${table} at "${node}", or leave it out with "columns" in the topology file.`;
  if (sqlState === "42P01")
    return `Make table ${table} at "${node}" and run tributary apply, or stop capturing it at "${owner}".`;
  if (sqlState === "23503")
    return `Bring the row that it refers to to "${node}", or drop the foreign key there.`;
  if (sqlState === "P0002")
    return `The row itself never came. Send it from "${owner}" once more with tributary.emit.`;
  if (sqlState.startsWith("22"))
    return `Make the column's type at "${node}" what it is at "${owner}", or change the value at "${owner}".`;
  if (sqlState.startsWith("23"))
    return `Change the row at "${owner}", or the constraint or the partitions at "${node}".`;
  return `Mend it at "${node}", or change the row at "${owner}".`;
}
