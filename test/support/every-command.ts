/** What each command of the tool asks of the servers, in this process. */
import { emit } from "../../src/apply/emit.ts";
import { repairTable } from "../../src/apply/repair.ts";
import { reportStatus } from "../../src/cli/status-report.ts";
import { parkedAt, retryParked } from "../../src/cli/parked-rows.ts";
import { standingsOf } from "../../src/cli/standings.ts";
import { subtreeOf, type Topology } from "../../src/domain/topology.ts";
import type { Difference } from "../../src/domain/verification.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { trace } from "../../src/trace/trace.ts";
import { startMonitor } from "./monitor.ts";
import { applyOnce } from "./provision.ts";
import { verify } from "./verify.ts";

/** A row that the commands which look at rows are given. */
export interface OneRow {
  readonly set: string;
  /** `schema.table`. */
  readonly relation: string;
  readonly key: string;
  /** Where it was written. */
  readonly node: string;
}

const patience = { timeoutMs: 30_000, signal: new AbortController().signal };

/** Command by command. */
export const COMMANDS: Readonly<Record<string, (topology: Topology, row: OneRow) => Promise<unknown>>> = {
  status: async (topology) => reportStatus(topology, await observe(topology), { arrivals: new Map() }),
  plan: async (topology) => plan(topology, await observe(topology)),
  doctor: async (topology) => {
    await using sessions = new Sessions(topology.nodes);
    return await diagnose(topology, await observe(topology, { sessions }), sessions);
  },
  apply: (topology) => applyOnce(topology),
  verify: (topology) => verify(topology),
  "verify --deep": (topology) => verify(topology, {}, { deep: true }),
  trace: async (topology, { relation, key }) => {
    await using sessions = new Sessions(topology.nodes);
    const standings = (nodes: readonly string[]): ReturnType<typeof standingsOf> =>
      standingsOf(topology, { nodes, sessions });
    return await trace(
      topology,
      { sessions, standings, pause: async () => undefined },
      { relation, key: [key] },
    );
  },
  emit: async (topology, { node, set, relation, key }) => {
    await using sessions = new Sessions(topology.nodes);
    return await emit(await sessions.get(node), { set, relation, keys: [[key]] }, patience);
  },
  repair: async (topology, { node, set, relation, key }) => {
    await using sessions = new Sessions(topology.nodes);
    return await repair(topology, sessions, { node, set, relation }, [
      { kind: "missing", key: [key], owner: node, hash: "" } as unknown as Difference,
    ]);
  },
  "parked --retry": async (topology) => {
    await using sessions = new Sessions(topology.nodes);
    for (const { name } of topology.nodes) {
      const session = await sessions.get(name);
      await parkedAt(session, {}, 5);
      await retryParked(session, {}, patience.signal);
    }
  },
  monitor: async (topology) => {
    if (topology.monitor === undefined) return;
    await using monitor = await startMonitor(topology);
    await monitor.until("every node is up", ({ nodes }) => nodes.every(({ record }) => record.isUp));
  },
};

/** Repairs rows of a table over the link above a node, as `tributary repair` does. */
export async function repair(
  topology: Topology,
  sessions: Sessions,
  { node, set, relation }: Omit<OneRow, "key">,
  rows: readonly Difference[],
): Promise<unknown> {
  const provider = topology.nodes.find(({ name }) => name === node);
  const rule = topology.sets
    .flatMap(({ tables }) => tables)
    .find(({ schema, table }) => `${schema}.${table}` === relation);
  if (provider?.upstream === undefined || rule === undefined) throw new Error(`"${node}" sends to nobody`);
  return await repairTable(
    {
      provider: await sessions.get(node),
      subscriber: await sessions.get(provider.upstream),
      set,
      rule,
      below: subtreeOf(topology, node),
    },
    rows,
    {
      ...patience,
      bytesPerSecond: 0,
      sendBytesPerSecond: 0,
      listed: 1000,
      deep: false,
      progress: () => undefined,
      note: () => undefined,
    },
  );
}
