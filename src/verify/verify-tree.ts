/** All links of a tree, or those of some nodes: side by side, but one comparison at a time on each node. */
import { ConnectionError, PreconditionError } from "../domain/errors.ts";
import {
  type Link,
  linksUpward,
  relationName,
  ruleSignature,
  setsThrough,
  subtreeOf,
  type TableRule,
  type Topology,
} from "../domain/topology.ts";
import {
  type LinkVerification,
  type Stray,
  type TableVerification,
  type VerificationReport,
  worst,
} from "../domain/verification.ts";
import type { Session } from "../postgres/session.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { passFence } from "./fence.ts";
import { queries } from "./queries.ts";
import type { Manner } from "./scan.ts";
import { straysOf } from "./strays.ts";
import { Turns } from "./turns.ts";
import { isStandstill, type Subject, unknown, verifyTable } from "./verify-table.ts";

/** What to compare. */
export interface Extent {
  /** Links with one of these nodes at an end. Absent: all. */
  readonly nodes?: readonly string[];
  /** Links upward from these nodes. Strays, which are a matter of whole nodes, are not looked for then. */
  readonly links?: readonly string[];
  /** `schema.table`. Absent: all. */
  readonly tables?: readonly string[];
  /** Leaves out tables that were found equal within so many seconds. */
  readonly sinceSeconds?: number;
}

interface Work {
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly extent: Extent;
  readonly manner: Manner;
}

/** Compares, and keeps what it found at the subscribers. Only Interrupted and what nobody expected is thrown. */
export async function verifyTree(
  topology: Topology,
  sessions: Sessions,
  extent: Extent,
  manner: Manner,
): Promise<VerificationReport> {
  const work = { topology, sessions, extent, manner };
  const from = new Date().toISOString();
  const links = linksUpward(topology).filter((link) => isWanted(link, extent));
  const turns = new Turns();
  const verified = await Promise.all(
    links.map((link) => turns.take([link.provider.name, link.subscriber.name], () => verifyLink(link, work))),
  );
  const strays = extent.links === undefined ? await allStrays(links, work) : [];
  const verdicts = verified.flatMap(({ tables }) => tables.map(({ verdict }) => verdict));
  return {
    version: 1,
    project: topology.project,
    verdict: worst(strays.length > 0 ? [...verdicts, "different"] : verdicts),
    from,
    to: new Date().toISOString(),
    deep: manner.deep,
    links: verified,
    strays,
  };
}

const isWanted = ({ provider, subscriber }: Link, { nodes, links }: Extent): boolean =>
  (links?.includes(provider.name) ?? true) &&
  (nodes === undefined || nodes.includes(provider.name) || nodes.includes(subscriber.name));

async function verifyLink({ provider, subscriber }: Link, work: Work): Promise<LinkVerification> {
  const { topology, sessions, extent } = work;
  const tables = setsThrough(topology, provider.name).flatMap((set) =>
    set.tables
      .filter((rule) => extent.tables === undefined || extent.tables.includes(relationName(rule)))
      .map((rule) => ({ set: set.name, rule })),
  );
  const names = { provider: provider.name, subscriber: subscriber.name };
  const lost = (error: unknown): LinkVerification => {
    if (!(error instanceof ConnectionError || error instanceof PreconditionError)) throw error;
    return { ...names, tables: tables.map((table) => unknown(table, new Date(), error.message)) };
  };
  try {
    const ends = {
      provider: await sessions.get(provider.name),
      subscriber: await sessions.get(subscriber.name),
    };
    const below = subtreeOf(topology, provider.name);
    const found: TableVerification[] = [];
    const due = await dueTables(tables, ends, extent);
    const standstill = due.length === 0 ? undefined : await standstillOf(ends, tables, work.manner);
    for (const table of due)
      found.push(
        await verifyOne(
          { ...ends, ...table, below, ...(standstill === undefined ? {} : { standstill }) },
          work.manner,
        ),
      );
    return { ...names, tables: found };
  } catch (error) {
    return lost(error);
  }
}

/** A stream that stops in the middle, or a node that goes away, leaves the other tables' results as they are. */
async function verifyOne(table: Subject, manner: Manner): Promise<TableVerification> {
  const from = new Date();
  manner.progress(`${table.provider.node} → ${table.subscriber.node}: ${relationName(table.rule)}`);
  try {
    return await verifyTable(table, manner);
  } catch (error) {
    if (!(isStandstill(error) || error instanceof ConnectionError || error instanceof PreconditionError))
      throw error;
    return unknown(table, from, error.message);
  }
}

interface Ends {
  readonly provider: Session;
  readonly subscriber: Session;
}

interface SetTable {
  readonly set: string;
  readonly rule: TableRule;
}

/** Those that were not found equal lately. */
async function dueTables(
  tables: readonly SetTable[],
  { provider, subscriber }: Ends,
  { sinceSeconds }: Extent,
): Promise<readonly SetTable[]> {
  if (sinceSeconds === undefined) return tables;
  const done = await subscriber.all(queries.equalSince, provider.node, sinceSeconds);
  return tables.filter(
    ({ rule }) =>
      !done.some((each) => each.relation === relationName(rule) && each.rule === ruleSignature(rule)),
  );
}

/** Why the link's stream does not carry a mark to its other end; nothing when it does. */
async function standstillOf(
  ends: Ends,
  tables: readonly SetTable[],
  manner: Manner,
): Promise<string | undefined> {
  const sets = [...new Set(tables.map(({ set }) => set))];
  const states = await ends.subscriber.all(queries.link, ends.provider.node, sets);
  if (states.some(({ phase }) => phase === null || phase === "seeding"))
    return "the first copy has not ended: run tributary apply";
  try {
    for (const set of sets) await passFence({ set, ...ends }, manner);
    return undefined;
  } catch (error) {
    if (!isStandstill(error)) throw error;
    const last = states[0]?.sent_at;
    return `the stream stands still, ${last == null ? "nothing ever arrived" : `the last message is of ${last.toISOString()}`}`;
  }
}

async function allStrays(
  links: readonly Link[],
  { topology, sessions, extent }: Work,
): Promise<readonly Stray[]> {
  const subscribers = [...new Set(links.map(({ subscriber }) => subscriber.name))];
  const found = await Promise.all(
    subscribers.map(async (name) => {
      try {
        return await straysOf(topology, await sessions.get(name), extent.tables);
      } catch (error) {
        // That it is out of reach, its links say.
        if (error instanceof ConnectionError) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}
