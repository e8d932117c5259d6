/** What two ends of a link say of a row, put together. Pure. */
import type { ColumnDifference } from "../domain/verification.ts";
import type { Cause, Finding, Hop, Passage, Place, Position, Standing } from "./report.ts";

/** One link, as it was seen. */
export interface Sight {
  /** What the row should be like: the owner's, or the nearest that can be asked. Absent: nobody below could be asked. */
  readonly expected: Place | undefined;
  readonly isExpectedOwn: boolean;
  readonly below: Place;
  readonly above: Place;
  /** The nodes whose row it may be. */
  readonly under: readonly string[];
  /** What the row's last change was has come as far as the provider. */
  readonly isBelowThrough: boolean;
  readonly standing: Standing;
  readonly position: Position | undefined;
  /** From an earlier look. */
  readonly earlier: Position | undefined;
  /** The row was the same then, and as far as the provider. */
  readonly isSameRow: boolean;
}

/** Judges a link. */
export function judgeHop(sight: Sight): Hop {
  const { expected, below, above, standing, position, earlier } = sight;
  const columns = expected === undefined ? [] : columnsOf(expected, above);
  const finding = findingOf(sight, columns);
  const passage = passageOf(sight);
  const cause = causeOf(sight, finding, passage);
  const pace = position === undefined ? {} : paceOf(position, earlier);
  return {
    provider: below.node,
    subscriber: above.node,
    finding,
    ...(cause === undefined ? {} : { cause }),
    standing,
    passage,
    ...pace,
    columns: finding === "different" || finding === "kept" ? columns : [],
  };
}

/** Is it wrong, or can it not be told that it is right? */
export const isAmiss = ({ finding }: Pick<Hop, "finding">): boolean =>
  finding !== "equal" && finding !== "nothing" && finding !== "kept";

/** Has the row's last change come through to the link's upper end? */
export const isThrough = ({ finding, passage }: Pick<Hop, "finding" | "passage">): boolean =>
  passage === "arrived" || !isAmiss({ finding }) || finding === "unknown";

function findingOf({ expected, above, under }: Sight, columns: readonly ColumnDifference[]): Finding {
  if (expected === undefined || above.unknown !== undefined) return "unknown";
  if (expected.isSent) {
    if (above.owner !== expected.owner) return "missing";
    return columns.length === 0 ? "equal" : "different";
  }
  if (above.owner === undefined || !under.includes(above.owner)) return "nothing";
  // A row that left the filter stays above as last approved; one that was deleted does not.
  return expected.keeps && expected.isPresent ? "kept" : "extra";
}

function columnsOf(below: Place, above: Place): readonly ColumnDifference[] {
  if (!below.isPresent || !above.isPresent) return [];
  return [...below.values].flatMap(([name, lower]): ColumnDifference[] => {
    const upper = above.values.get(name);
    if (upper === undefined || upper.digest === lower.digest) return [];
    return [{ name, below: lower.text, above: upper.text }];
  });
}

function causeOf(
  { above, standing, isBelowThrough }: Sight,
  finding: Finding,
  passage: Passage,
): Cause | undefined {
  if (!isAmiss({ finding }) || finding === "unknown") return undefined;
  if (above.parked !== undefined) return "parked";
  if (finding === "missing" && above.isPresent) return "taken";
  if (!isBelowThrough && passage !== "arrived") return "below";
  if (standing.state !== "replicating") return "link";
  return passage === "arrived" ? "unexplained" : "way";
}

/** Was the row's last change committed before what the subscriber has, or after? */
function passageOf(sight: Sight): Passage {
  const { expected, isExpectedOwn, below, above } = sight;
  const last = below.messages[0];
  if (last !== undefined && above.messages.some((message) => isSame(message, last))) return "arrived";
  if (hasConfirmed(sight)) return "arrived";
  const at = expected === undefined || !isExpectedOwn ? undefined : lastChange(expected);
  if (at === undefined || above.newestSentAt === undefined) return "unknown";
  if (at.isCommit && at.moment < above.newestSentAt) return "arrived";
  return at.moment > above.newestSentAt ? "after" : "unknown";
}

/** What was in the provider's WAL when the row was looked at. */
function hasConfirmed({ isBelowThrough, position, earlier, isSameRow }: Sight): boolean {
  if (!isBelowThrough || position === undefined) return false;
  return position.confirmed >= (isSameRow && earlier !== undefined ? earlier : position).present;
}

type Message = Place["messages"][number];

/** Number 0: passed on, not counted. */
const isSame = (one: Message, other: Message): boolean =>
  one.number !== "0" &&
  [one.node, one.epoch, one.number].join(" ") === [other.node, other.epoch, other.number].join(" ");

/**
 * A message is dated when its statement ran, and its transaction may have gone on for long: only the commit's own time
 * proves that it came before another message. Both are read from one clock, the owner's.
 */
function lastChange({ written, messages }: Place): { moment: Date; isCommit: boolean } | undefined {
  if (written?.at !== undefined) return { moment: written.at, isCommit: true };
  const own = messages[0];
  return own === undefined ? undefined : { moment: own.sentAt, isCommit: false };
}

function paceOf(
  position: Position,
  earlier: Position | undefined,
): Pick<Hop, "waitingBytes" | "bytesPerSecond" | "seconds"> {
  const waitingBytes = Math.max(0, position.present - position.confirmed);
  if (earlier === undefined || position.at <= earlier.at) return { waitingBytes };
  const bytesPerSecond = Math.max(
    0,
    (1000 * (position.confirmed - earlier.confirmed)) / (position.at - earlier.at),
  );
  return {
    waitingBytes,
    bytesPerSecond,
    ...(bytesPerSecond === 0 ? {} : { seconds: waitingBytes / bytesPerSecond }),
  };
}
