/** Follows a row from where it was written up to the root. */
import { relationName, type Node, subtreeOf, type Topology } from "../domain/topology.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { isAmiss, isThrough, judgeHop } from "./judge.ts";
import { lookAt, positionOf, type Wanted } from "./look.ts";
import type { Hop, Path, Place, Position, Standing, Trace } from "./report.ts";

export interface TraceTools {
  readonly sessions: Sessions;
  /** How links stand, by provider: of those whose both ends are among these nodes. */
  readonly standings: (nodes: readonly string[]) => Promise<ReadonlyMap<string, Standing>>;
  /** Lets time pass between two looks at what is on its way. */
  readonly pause: () => Promise<void>;
}

/** Nodes that are asked at a time. */
const CONCURRENCY = 32;

/** `at`: the row that this node has, whosesoever it is. Throws UsageError where the key does not fit its types; a node that is down is data. */
export async function trace(
  topology: Topology,
  tools: TraceTools,
  wanted: Wanted,
  at?: string,
): Promise<Trace> {
  const found = await ask(topology, tools.sessions, wanted, at);
  const owners = ownersAmong(found);
  const paths = await pathsOf(
    topology,
    tools,
    wanted,
    owners.length === 0 && at !== undefined ? [at] : owners,
    found,
  );
  const seen = [...found, ...paths.flatMap(({ places }) => places)];
  return {
    ...wanted,
    at: new Date(),
    paths,
    silent: [
      ...new Map(seen.flatMap(({ node, unknown }) => (unknown === undefined ? [] : [[node, unknown]]))),
    ].map(([node, reason]) => ({ node, reason })),
  };
}

/** Every node that the table travels through, or one. */
async function ask(
  topology: Topology,
  sessions: Sessions,
  wanted: Wanted,
  at: string | undefined,
): Promise<readonly Place[]> {
  const queue = topology.nodes.filter(({ name }) =>
    at === undefined ? takesPart(topology, name, wanted) : name === at,
  );
  const places: Place[] = [];
  const work = async (): Promise<void> => {
    for (let node = queue.shift(); node !== undefined; node = queue.shift())
      places.push(await lookAt(topology, sessions, node, wanted));
  };
  await Promise.all(Array.from({ length: Math.min(queue.length, CONCURRENCY) }, work));
  return places;
}

/** Does the table travel from, through or to this node? */
export function takesPart(topology: Topology, name: string, { relation }: Pick<Wanted, "relation">): boolean {
  const below = new Set(subtreeOf(topology, name));
  const sets = new Set(topology.nodes.filter((node) => below.has(node.name)).flatMap((node) => node.sets));
  return topology.sets.some(
    (set) => sets.has(set.name) && set.tables.some((rule) => relationName(rule) === relation),
  );
}

/** Who has the row, or sent it, or had it: from what is known best to what is known least. */
function ownersAmong(places: readonly Place[]): readonly string[] {
  const owners = new Set(places.flatMap(({ owner }) => owner ?? []));
  for (const { parked } of places) if (parked !== undefined) owners.add(parked.owner);
  if (owners.size === 0)
    for (const { messages } of places) if (messages[0] !== undefined) owners.add(messages[0].node);
  return [...owners].toSorted();
}

async function pathsOf(
  topology: Topology,
  tools: TraceTools,
  wanted: Wanted,
  owners: readonly string[],
  found: readonly Place[],
): Promise<readonly Path[]> {
  const ways = owners.map((owner) => ({ owner, nodes: upwardFrom(topology, owner) }));
  const names = [...new Set(ways.flatMap(({ nodes }) => nodes.map(({ name }) => name)))];
  const standings = names.length === 0 ? new Map<string, Standing>() : await tools.standings(names);
  const walkAll = (before?: readonly Walk[]): Promise<readonly Walk[]> =>
    Promise.all(
      ways.map(({ owner, nodes }, index) =>
        walk(topology, tools, { wanted, owner, nodes, standings, earlier: before?.[index] }),
      ),
    );
  const first = await walkAll();
  const isUnderWay = first.some(({ hops }) => hops.some(({ cause }) => cause === "way"));
  if (!isUnderWay) return first.map((each) => pathOf(each, found));
  // Two looks tell the pace, and what was waiting at the first may have arrived at the second.
  await tools.pause();
  return (await walkAll(first)).map((each) => pathOf(each, found));
}

/** The node and those above it. An owner that is not in the topology is nowhere. */
function upwardFrom(topology: Topology, name: string): readonly Node[] {
  const node = topology.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) return [];
  return [node, ...(node.upstream === undefined ? [] : upwardFrom(topology, node.upstream))];
}

interface Way {
  readonly wanted: Wanted;
  readonly owner: string;
  readonly nodes: readonly Node[];
  readonly standings: ReadonlyMap<string, Standing>;
  readonly earlier: Walk | undefined;
}

interface Walk {
  readonly owner: string;
  readonly places: readonly Place[];
  readonly hops: readonly Hop[];
  readonly positions: readonly (Position | undefined)[];
}

/** In the direction of the stream: what is seen below, and has been confirmed since, must be seen above. */
async function walk(topology: Topology, { sessions }: TraceTools, way: Way): Promise<Walk> {
  const places: Place[] = [];
  const positions: (Position | undefined)[] = [];
  const hops: Hop[] = [];
  for (const node of way.nodes) {
    const above = await lookAt(topology, sessions, node, way.wanted, way.owner);
    if (places.length > 0) hops.push(judgeNext(topology, way, { places, positions, hops }, above));
    places.push(above);
    const standing = way.standings.get(node.name);
    positions.push(standing === undefined ? undefined : await positionOf(sessions, node.name, standing));
  }
  return { owner: way.owner, places, hops, positions };
}

function judgeNext(
  topology: Topology,
  { owner, standings, earlier }: Way,
  { places, positions, hops }: Omit<Walk, "owner">,
  above: Place,
): Hop {
  const index = places.length - 1;
  const below = places[index] ?? above;
  const [first] = places;
  const expected =
    first?.unknown === undefined ? first : places.findLast(({ unknown }) => unknown === undefined);
  const before = hops.at(-1);
  return judgeHop({
    expected,
    isExpectedOwn: expected === first,
    below,
    above,
    under: subtreeOf(topology, owner),
    isBelowThrough: before === undefined || isThrough(before),
    standing: standings.get(below.node) ?? { state: "unknown", slot: null },
    position: positions[index],
    earlier: earlier?.positions[index],
    isSameRow: earlier !== undefined && isSameRow(earlier, places),
  });
}

/** At the earlier look, the row was what it is now, and had come as far as the newest of these places. */
function isSameRow({ places: before, hops }: Walk, places: readonly Place[]): boolean {
  const index = places.length - 1;
  const last = hops[index - 1];
  const wasThrough = index === 0 || (last !== undefined && isThrough(last));
  return wasThrough && isUnchanged(before[0], places[0]) && isUnchanged(before[index], places[index]);
}

const isUnchanged = (before: Place | undefined, now: Place | undefined): boolean =>
  before?.written?.xid === now?.written?.xid && before?.isSent === now?.isSent;

function pathOf({ owner, places, hops }: Walk, found: readonly Place[]): Path {
  const isKnown = places.length > 0 && places.every(({ unknown }) => unknown === undefined);
  // An owner that is not in the topology has no way: its rows are where they were left.
  const left = found.filter((place) => place.owner === owner || place.parked?.owner === owner);
  return { owner, places: places.length === 0 ? left : places, hops, isWell: isKnown && !hops.some(isAmiss) };
}
