/** What four looks at a row, around a fence, say of it. docs/concepts/verification.md has the proof. */
import type { DifferenceKind } from "../domain/verification.ts";
import type { SeenRow } from "./queries.ts";

/** In this order: above, below, a fence that is written and arrives, above, below. */
export interface Looks {
  readonly above0: SeenRow;
  readonly below1: SeenRow;
  readonly above1: SeenRow;
  readonly below2: SeenRow;
  /** What the looks above had was in the snapshots of the looks below that came after them. */
  readonly isCaughtUp: boolean;
}

/** changing: written between the looks, so they say nothing. */
export type Finding = "equal" | "changing" | "kept" | DifferenceKind;

/** Judges one row. `keeps`: rows that leave the filter stay above (on_leave: keep). */
export function judge(looks: Looks, keeps: boolean): Finding {
  if (sent(looks.below1) === arrived(looks.above1)) return "equal";
  if (!looks.isCaughtUp) return "changing";
  return looks.below1.passes ? judgeSent(looks) : judgeUnsent(looks, keeps);
}

/** The same version before and after: it was this row all the time, the fence carried it, and what is above is not it. */
function judgeSent({ below1, above1, below2 }: Looks): Finding {
  if (!below2.passes || below1.version !== below2.version) return "changing";
  if (above1.parked !== null) return "parked";
  return above1.passes ? "different" : "missing";
}

/** The row above was not written since before we saw that nothing is sent below, and all that was sent has arrived. */
function judgeUnsent({ above0, below1, above1, below2 }: Looks, keeps: boolean): Finding {
  // It arrived below and could not be applied there, but went on: what is above may be right.
  if (below1.parked !== null || below2.parked !== null) return "parked";
  if (above0.version !== above1.version || !above0.passes) return "changing";
  return keeps && below1.key !== null ? "kept" : "extra";
}

const sent = (row: SeenRow): string | null => (row.passes ? row.hash : null);
const arrived = sent;
