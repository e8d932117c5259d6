/** Where a row is and why it is not further, in a sentence; and what to do. */
import { duration } from "../../domain/amounts.ts";
import { isAmiss } from "../../trace/judge.ts";
import type { Hop, Path, Place, Trace } from "../../trace/report.ts";
import { parkedAdvice } from "../parked-advice.ts";
import { moment } from "./moment.ts";

export interface Verdict {
  readonly sentence: string;
  /** What to do. Absent: nothing. */
  readonly next?: string;
}

/** Of one node's row. */
export function pathVerdict(trace: Pick<Trace, "relation" | "key">, path: Path): Verdict {
  const [owner] = path.places;
  if (owner === undefined || owner.node !== path.owner)
    return {
      sentence: `It belongs to "${path.owner}", which is not in the topology: nobody changes or withdraws it any more.`,
      next: `Add the node to the topology file, or delete the row at ${listed(path.places.map(({ node }) => node))}.`,
    };
  const amiss = path.hops.find((hop) => isAmiss(hop) && hop.finding !== "unknown");
  if (amiss !== undefined) return amissVerdict(trace, path, amiss);
  const silent = path.places.find(({ unknown }) => unknown !== undefined);
  if (silent !== undefined) return silentVerdict(path, silent);
  return { sentence: wellSentence(path, owner) };
}

function silentVerdict({ places }: Path, { node, unknown = "" }: Place): Verdict {
  const present = places.filter(({ isPresent }) => isPresent).map((place) => place.node);
  const known = present.length === 0 ? "It is at no node that could be asked" : `It is at ${listed(present)}`;
  return { sentence: `${known}. Of "${node}" nothing is known: ${unknown}.` };
}

function wellSentence({ places, hops }: Path, owner: Place): string {
  const nodes = listed(places.map(({ node }) => node));
  if (owner.isSent) return `It is everywhere it should be: at ${nodes}.`;
  if (places.length === 1 && owner.isPresent)
    return `It was written at ${owner.node}, the root: it is where it should be.`;
  return unsentSentence(owner, hops);
}

function unsentSentence(owner: Place, hops: readonly Hop[]): string {
  const [last] = owner.messages;
  const dropped = last?.kind === "drop" ? ` by transaction ${last.xid} at ${moment(last.sentAt)}` : undefined;
  if (!owner.isPresent) return `It is nowhere${dropped === undefined ? "" : `: it was deleted${dropped}`}.`;
  if (owner.isApproved === undefined)
    return `It stays at ${owner.node}, which does not send its own rows of this table.`;
  if (hops.some(({ finding }) => finding === "kept"))
    return `It is no longer approved, and stays above as last approved: on_leave is keep.`;
  const there = `is at ${owner.node} only, as it should be`;
  if (dropped === undefined) return `It is not approved, and ${there}.`;
  // A draft that was written again since, or that has the key of a row that was deleted.
  if (last?.xid !== owner.written?.xid)
    return `It is not approved, and ${there}. What had been sent of it was withdrawn${dropped}.`;
  return `It was withdrawn${dropped}, and ${there}.`;
}

const WHEREABOUTS: Readonly<Record<string, (node: string) => string>> = {
  missing: (node) => `It is not at ${node}`,
  different: (node) => `It is at ${node} with other values`,
  extra: (node) => `It is still at ${node}`,
};

function amissVerdict(trace: Pick<Trace, "relation" | "key">, path: Path, hop: Hop): Verdict {
  const above = path.places.find(({ node }) => node === hop.subscriber);
  const where = (WHEREABOUTS[hop.finding] ?? ((node) => node))(hop.subscriber);
  switch (hop.cause) {
    case "parked":
      return parkedVerdict(trace.relation, where, above);
    case "taken":
      return {
        sentence: `${where}: the key is taken there by a row of ${above?.owner ?? "another node"}.`,
        next: "Change or delete one of the two rows where it was written.",
      };
    case "way":
      return wayVerdict(where, hop);
    case "unexplained":
      return unexplainedVerdict(trace, path, where, hop);
    case "link":
    case "below":
    case undefined:
    default:
      return linkVerdict(where, hop);
  }
}

function parkedVerdict(table: string, where: string, above: Place | undefined): Verdict {
  const parked = above?.parked;
  if (above === undefined || parked === undefined) return { sentence: `${where}: it is parked.` };
  return {
    sentence: `${where}: ${above.node} has parked it since ${moment(parked.since)}: ${parked.reason}.`,
    next: parkedAdvice({ node: above.node, table, owner: parked.owner, sqlState: parked.sqlState }),
  };
}

function linkVerdict(where: string, { provider, subscriber, standing, cause }: Hop): Verdict {
  const why =
    cause === "below"
      ? `it has not come as far as ${provider}`
      : (standing.error ?? `the link from ${provider} to ${subscriber} is ${standing.state}`);
  return {
    sentence: `${where}: ${why}.`,
    ...(standing.hint === undefined ? {} : { next: standing.hint }),
  };
}

function wayVerdict(
  where: string,
  { provider, subscriber, seconds, bytesPerSecond, waitingBytes = 0 }: Hop,
): Verdict {
  if (seconds !== undefined)
    return {
      sentence: `${where}: it is on its way, and there in about ${duration(seconds)} at the present rate.`,
    };
  if (bytesPerSecond === 0 && waitingBytes > 0)
    return {
      sentence: `${where}: it waits at ${provider}, and at present nothing moves.`,
      next: `Run it again; if it stays so, see what holds up the stream at ${subscriber}: its log, and locks on the table.`,
    };
  return { sentence: `${where}: it is on its way.`, next: "Run it again in a moment." };
}

function unexplainedVerdict(
  { relation, key }: Pick<Trace, "relation" | "key">,
  { owner }: Path,
  where: string,
  { standing }: Hop,
): Verdict {
  const given = key.length === 1 && !key[0]?.startsWith("[") ? (key[0] ?? "") : JSON.stringify(key);
  return {
    sentence: `${where}, although its last change has arrived there${standing.error === undefined ? "" : `: ${standing.error}`}.`,
    next:
      standing.hint ??
      `Send it once more: tributary emit ${quoted(relation)} ${quoted(given)} --node ${owner}`,
  };
}

/** For a shell, where it needs it. */
const quoted = (text: string): string =>
  /^[\w.:@%+/-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
