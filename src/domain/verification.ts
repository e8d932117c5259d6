/** What comparing both ends of links found. */

/** unsettled: written all the time while we looked. unknown: an end or the stream between them is not there. */
export type Verdict = "equal" | "different" | "unsettled" | "unknown";

/** parked: it arrived and could not be applied. */
export type DifferenceKind = "missing" | "extra" | "different" | "parked";

export interface ColumnDifference {
  readonly name: string;
  /** As text, at most 2,000 characters. */
  readonly below: string | null;
  readonly above: string | null;
}

/** A row that is not the same at both ends of a link. */
export interface Difference {
  /** The key columns' values, as text. */
  readonly key: readonly string[];
  readonly kind: DifferenceKind;
  /** The node whose row it is. */
  readonly owner: string;
  /** Hash of the provider's row, as a decimal number; null when it sends no such row. */
  readonly hash: string | null;
  readonly reason?: string;
  /** Of a shared row: the other nodes that have it above, too. It stays there as long as one of them does. */
  readonly holders?: readonly string[];
  /** With --deep. */
  readonly columns?: readonly ColumnDifference[];
}

/** Rows by what was found of them. */
export interface DifferenceCounts extends Readonly<Record<DifferenceKind, number>> {
  /** Left the filter, and stay above as last approved: `on_leave: keep`. No difference. */
  readonly kept: number;
  readonly unsettled: number;
}

export interface TableVerification extends DifferenceCounts {
  readonly set: string;
  readonly relation: string;
  readonly verdict: Verdict;
  /** Why it is unknown, or what is to know besides. */
  readonly reason?: string;
  /** ISO 8601. Rows that nobody wrote between the two are compared as of any moment between them. */
  readonly from: string;
  readonly to: string;
  readonly rowsBelow: number;
  readonly rowsAbove: number;
  /** False where so much differs that not all of it was looked at: the counts say "at least". */
  readonly isComplete: boolean;
  /** Columns that were compared. */
  readonly columns: readonly string[];
  /** The first of what differs. */
  readonly rows: readonly Difference[];
}

export interface LinkVerification {
  readonly provider: string;
  readonly subscriber: string;
  readonly tables: readonly TableVerification[];
}

/** Rows at a node that no node below it answers for. */
export interface Stray {
  readonly node: string;
  readonly relation: string;
  /** A node that is not below this one; null: nobody sent them. */
  readonly owner: string | null;
  readonly rows: number;
  /** The first of them, each a JSON array of the key columns' values. */
  readonly keys: readonly string[];
}

export interface VerificationReport {
  readonly version: 1;
  readonly project: string;
  readonly verdict: Verdict;
  readonly from: string;
  readonly to: string;
  readonly deep: boolean;
  readonly links: readonly LinkVerification[];
  readonly strays: readonly Stray[];
}

const WORST_FIRST: readonly Verdict[] = ["different", "unknown", "unsettled"];

/** The worst of several verdicts; equal when there is none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? "equal";
}

/** More of a table differs than its rows tell. */
export const isCutShort = (table: TableVerification): boolean =>
  table.verdict !== "unknown" &&
  (!table.isComplete || table.rows.length < table.missing + table.extra + table.different + table.parked);
