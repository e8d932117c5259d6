/** Values that no two nodes can give alike. Pure. */
import type { TableState } from "../../domain/state.ts";
import { relationName } from "../../domain/topology.ts";
import type { Patient } from "./examine.ts";
import type { TableHazards } from "./queries.ts";

type Numbering = TableHazards["numbering"][number];

/**
 * Says of a column of a table, written at all of these nodes, whether each node gives it values of its own: UUIDs, numbers of a
 * sequence that leaves out the other nodes' (as the finding "keys-may-clash" advises), or references to rows that are named so.
 */
export function ownValues(senders: readonly Patient[]): (relation: string, column: string) => boolean {
  const tables = new Map(senders[0]?.state.tables.map((table) => [relationName(table), table]));
  const known = new Map<string, boolean>();
  const isOwn = (relation: string, column: string): boolean => {
    const key = JSON.stringify([relation, column]);
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, false); // of a table that refers to itself
    const answer = judge(relation, column);
    known.set(key, answer);
    return answer;
  };
  const judge = (relation: string, column: string): boolean => {
    const table = tables.get(relation);
    if (table?.columns.find(({ name }) => name === column)?.type === "uuid") return true;
    const numberings = senders.map(({ hazards }) =>
      hazards.get(relation)?.numbering.find((numbering) => numbering.column === column),
    );
    if (numberings.every((numbering) => numbering !== undefined)) return areApart(numberings);
    return parentsOf(table, column).some(([parent, name]) => isOwn(parent, name));
  };
  return isOwn;
}

function parentsOf(table: TableState | undefined, column: string): readonly (readonly [string, string])[] {
  return (table?.foreignKeys ?? []).flatMap(({ columns, references, referenced }) => {
    const name = referenced[columns.indexOf(column)];
    return name === undefined ? [] : [[references, name] as const];
  });
}

/** Interleaved, or each in a range of its own. A sequence that has given no number since it was set is believed. */
function areApart(numberings: readonly Numbering[]): boolean {
  const [first] = numberings;
  const remainders = numberings.flatMap(({ remainder }) => (remainder === null ? [] : [remainder]));
  const isInterleaved =
    numberings.every(({ increment }) => increment === first?.increment && increment >= numberings.length) &&
    new Set(remainders).size === remainders.length;
  const ranges = numberings.toSorted((left, right) => left.least - right.least);
  return (
    isInterleaved || ranges.every(({ least }, at) => at === 0 || (ranges[at - 1]?.most ?? least) < least)
  );
}
