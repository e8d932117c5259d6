/** A trace as people and programs read it: a block to each tier, then a sentence that can be read out. */
import { bytes, duration } from "../../domain/amounts.ts";
import { legibly } from "../../domain/legible.ts";
import { isAmiss } from "../../trace/judge.ts";
import type { Hop, Path, Place, Trace } from "../../trace/report.ts";
import { moment } from "./moment.ts";
import { pathVerdict } from "./trace-verdict.ts";

/** Nodes whose rows with this key are shown; nodes that are named because they said nothing. */
const PATHS = 3;
const SILENT = 5;
const COLUMNS = 6;
const VALUE_LENGTH = 40;

/** Is the row everywhere it should be, as far as anybody can tell? */
export const isWell = ({ paths, silent }: Trace): boolean =>
  paths.length === 0 ? silent.length === 0 : paths.every((path) => path.isWell);

/** One screen. */
export function renderTrace(found: Trace): string {
  const trace = legibly(found);
  const { relation, at, paths } = trace;
  const name = `${keyText(trace.key)} of ${relation}`;
  const head = `Row ${name} at ${moment(at)}`;
  if (paths.length === 0)
    return [head, "", "No node that could be asked has it, or remembers it.", ...silentLines(trace)].join(
      "\n",
    );
  const sorted = paths.toSorted((one, other) => Number(one.isWell) - Number(other.isWell));
  const shown = sorted.slice(0, PATHS);
  const others = sorted.slice(PATHS).map(({ owner }) => owner);
  return [
    paths.length === 1 ? head : `${head}: ${paths.length} nodes have a row with this key`,
    ...shown.flatMap((path) => ["", ...pathLines(path), "", ...verdictLines(trace, path)]),
    ...(others.length === 0 ? [] : ["", `Also of ${others.join(", ")}: name one with --node.`]),
    ...silentLines(trace),
  ].join("\n");
}

/** The trace as programs know it. */
export function traceAsJson(trace: Trace): object {
  const { relation, key, at, paths, silent } = trace;
  return {
    table: relation,
    key,
    at,
    isWell: isWell(trace),
    paths: paths.map((path) => ({
      owner: path.owner,
      isWell: path.isWell,
      verdict: pathVerdict(trace, path).sentence,
      next: pathVerdict(trace, path).next,
      nodes: path.places.map(({ values: _values, keeps: _keeps, ...place }) => place),
      links: path.hops.map(({ standing: { slot, ...standing }, ...hop }) => ({ ...hop, ...standing, slot })),
    })),
    silent,
  };
}

const keyText = (key: readonly string[]): string =>
  key.length === 1 ? (key[0] ?? "") : `(${key.join(", ")})`;

function silentLines({ silent, paths }: Trace): readonly string[] {
  const told = new Set(paths.flatMap(({ places }) => places.map(({ node }) => node)));
  const rest = silent.filter(({ node }) => !told.has(node));
  const more = rest.length - SILENT;
  return [
    ...(rest.length === 0 ? [] : ["", "Of these nodes nothing is known:"]),
    ...rest.slice(0, SILENT).map(({ node, reason }) => `  ${node}: ${reason}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function verdictLines(trace: Trace, path: Path): readonly string[] {
  const { sentence, next } = pathVerdict(trace, path);
  return [sentence, ...(next === undefined ? [] : [`Next: ${next}`])];
}

function pathLines({ owner, places, hops }: Path): readonly string[] {
  const width = Math.max(...places.map(({ node }) => node.length));
  const tier = Math.max(...places.map((place) => place.tier.length));
  return places.flatMap((place, index) => {
    const hop = hops[index - 1];
    const text = place.node === owner ? ofOwner(place, places.length === 1) : ofOther(place, hop);
    const notes = place.node === owner ? ownNotes(place) : notesOf(place, hop, owner);
    return [
      ...(hop === undefined ? [] : linkLines(hop)),
      `${place.node.padEnd(width)}  ${place.tier.padEnd(tier)}  ${text}`,
      ...notes.map((note) => `${" ".repeat(width + tier + 4)}${note}`),
    ];
  });
}

function ofOwner({ unknown, isPresent, isApproved }: Place, isRoot: boolean): string {
  if (unknown !== undefined) return `NOT KNOWN: ${unknown}`;
  if (!isPresent) return "not there";
  if (isApproved === undefined) return isRoot ? "there: its own row" : "there; its own rows are not captured";
  return isApproved ? "there, approved" : "there, NOT approved";
}

function ofOther({ unknown, isPresent, owner = "" }: Place, hop: Hop | undefined): string {
  if (unknown !== undefined) return `NOT KNOWN: ${unknown}`;
  const [absent, present] = AS_FOUND[hop?.finding ?? "unknown"];
  return isPresent ? present.replace("OWNER", owner) : absent;
}

/** Where there is no row with the key, and where there is one. */
const AS_FOUND: Readonly<Record<Hop["finding"], readonly [absent: string, present: string]>> = {
  equal: ["not there", "there, equal"],
  different: ["not there", "there, OTHER VALUES"],
  missing: ["MISSING", "MISSING: a row of OWNER has the key"],
  extra: ["not there", "STILL THERE"],
  kept: ["not there", "there, as last approved"],
  nothing: ["not there", "not there; a row of OWNER has the key"],
  unknown: ["not there", "there, of OWNER"],
};

function ownNotes(place: Place): readonly string[] {
  const { unknown, parts, isPresent, written } = place;
  if (unknown !== undefined) return [];
  return [
    ...parts.map(
      ({ condition, answer }) => `filter: ${condition}: ${answer === "true" ? answer : answer.toUpperCase()}`,
    ),
    ...(isPresent && written !== undefined ? [writtenLine(written)] : []),
    messageLine(place),
  ];
}

function writtenLine({ xid, at, origin }: NonNullable<Place["written"]>): string {
  if (at === undefined)
    return `written last by transaction ${xid}; the server keeps no time of it (track_commit_timestamp)`;
  const by = origin === undefined ? "" : ", by the stream";
  return `written last by transaction ${xid} at ${moment(at)}${by}`;
}

const SENT: Readonly<Record<string, string>> = { put: "sent whole", patch: "a change sent" };

function messageLine({ isPresent, messages, messagesSince, isSearched }: Place): string {
  const last = messages[0];
  if (last !== undefined) {
    const what = SENT[last.kind] ?? (isPresent ? "withdrawn" : "deleted, or its key changed,");
    return `${what} by transaction ${last.xid} at ${moment(last.sentAt)} (message ${last.number})`;
  }
  if (!isSearched) return "its messages: not known, the outbox is too large to look through";
  return messagesSince === undefined
    ? "its messages: none is kept"
    : `its messages: none since ${moment(messagesSince)}, and older ones are not kept`;
}

function notesOf(place: Place, hop: Hop | undefined, owner: string): readonly string[] {
  const { unknown, parked, written, newestSentAt } = place;
  if (unknown !== undefined || hop === undefined) return [];
  const more = hop.columns.length - COLUMNS;
  return [
    ...hop.columns
      .slice(0, COLUMNS)
      .map(({ name, below, above }) => `${name}: ${valueText(below)} below, ${valueText(above)} here`),
    ...(more > 0 ? [`and ${more} more columns`] : []),
    ...(parked === undefined ? [] : [`parked since ${moment(parked.since)}: ${parked.reason}`]),
    ...(["different", "extra"].includes(hop.finding) && written !== undefined ? [writtenLine(written)] : []),
    ...(isAmiss(hop) && hop.finding !== "unknown" ? [passageLine(hop, owner, newestSentAt)] : []),
  ];
}

const cut = (text: string): string => (text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text);
const valueText = (value: string | null): string =>
  value === null ? "null" : `"${cut(value).replaceAll('"', String.raw`\"`)}"`;

function passageLine({ passage }: Hop, owner: string, newest: Date | undefined): string {
  if (passage === "arrived") return "committed before what has arrived here";
  const last =
    newest === undefined
      ? `nothing of ${owner} has arrived here`
      : `the newest of ${owner} here was sent at ${moment(newest)}`;
  return passage === "after"
    ? `committed AFTER what has arrived here: ${last}`
    : `committed before or after what has arrived here: not known; ${last}`;
}

function linkLines({ standing, waitingBytes, bytesPerSecond, seconds }: Hop): readonly string[] {
  const flow = [
    ...(waitingBytes === undefined
      ? []
      : [waitingBytes === 0 ? "up to date" : `${bytes(waitingBytes)} wait`]),
    ...(bytesPerSecond === undefined ? [] : [`${bytes(bytesPerSecond)}/s`]),
    ...(seconds === undefined ? [] : [`done in about ${duration(seconds)}`]),
  ];
  return [
    `  │ ${[standing.state, ...flow].join(", ")}`,
    ...(standing.error === undefined ? [] : [`  │ ! ${standing.error}`]),
  ];
}
