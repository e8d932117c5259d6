/** Shows how the tree is. */
import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";

import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { State } from "../../domain/state.ts";
import type { Topology } from "../../domain/topology.ts";
import { observe } from "../../observe/observe.ts";
import { defineQuery } from "../../postgres/query.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { parkedAt, type ParkedGroup } from "../parked-rows.ts";
import { renderStatus, statusAsJson } from "../render/status.ts";
import { openSessions } from "../run-plan.ts";
import { reportStatus, type Arrival, type StatusReport } from "../status-report.ts";

const UNHEALTHY = 10;
/** How often --watch looks. */
const WATCH_MS = 2000;
const CLEAR_SCREEN = "\u001b[H\u001b[2J\u001b[3J";

const arrivalsQuery = defineQuery(
  "status/arrivals.sql",
  z.object({
    node: z.string(),
    seconds_ago: z.coerce.number().nullable(),
    parked_rows: z.coerce.number(),
    reason: z.string().nullable(),
  }),
);

export const status = defineCommand({
  name: "status",
  summary: "Show the tree: each link's state, lag, kept WAL and parked rows",
  examples: [
    ["tributary status", "the tree as it is now"],
    ["tributary status --watch", "again and again, until Ctrl-C"],
    ["tributary status --json --detailed-exitcode", "for a program; exit code 10 when something is wrong"],
  ],
  options: {
    watch: { type: "boolean", alias: "w", summary: "Look again every two seconds" },
    "detailed-exitcode": { type: "boolean", summary: "Exit code 10 when something is wrong" },
  },
  async run(context, { watch, "detailed-exitcode": isDetailed }) {
    const topology = await context.topology();
    let report = await look(context, topology);
    show(context, report, watch);
    while (watch && (await isNextRound(context.signal))) {
      report = await look(context, topology);
      show(context, report, watch);
    }
    return isDetailed && !report.healthy ? UNHEALTHY : 0;
  },
});

async function look(context: Context, topology: Topology): Promise<StatusReport> {
  await using sessions = openSessions(context, topology);
  const state = await observe(topology, {
    sessions,
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
  });
  const arrivals = await findArrivals(topology, state, sessions);
  const report = reportStatus(topology, state, arrivals, await findParked(state, sessions));
  return context.nodes === undefined ? report : limitTo(report, context.nodes);
}

/** Asks every subscriber; one that goes away meanwhile simply has nothing to tell. */
async function findArrivals(
  topology: Topology,
  state: State,
  sessions: Sessions,
): Promise<ReadonlyMap<string, readonly Arrival[]>> {
  const upstreams = new Set(topology.nodes.map((node) => node.upstream));
  const subscribers = state.nodes.filter(
    (node) => node.reachable && node.tributary !== undefined && upstreams.has(node.name),
  );
  const found = await Promise.all(
    subscribers.map(async ({ name }): Promise<readonly [string, readonly Arrival[]]> => {
      try {
        const rows = await (await sessions.get(name)).all(arrivalsQuery);
        return [name, rows.map(arrivalOf)];
      } catch {
        return [name, []];
      }
    }),
  );
  return new Map(found);
}

/** Why rows are parked, by the node where they are. One that goes away meanwhile simply has nothing to tell. */
async function findParked(
  state: State,
  sessions: Sessions,
): Promise<ReadonlyMap<string, readonly ParkedGroup[]>> {
  const holders = state.nodes.filter(
    (node) => node.reachable && node.tributary?.version === SCHEMA_VERSION && node.tributary.parkedRows > 0,
  );
  const found = await Promise.all(
    holders.map(async ({ name }): Promise<readonly [string, readonly ParkedGroup[]]> => {
      try {
        return [name, await parkedAt(await sessions.get(name), {}, 0)];
      } catch {
        return [name, []];
      }
    }),
  );
  return new Map(found);
}

function arrivalOf(row: z.infer<typeof arrivalsQuery.row>): Arrival {
  return {
    node: row.node,
    parkedRows: row.parked_rows,
    ...(row.seconds_ago === null ? {} : { secondsAgo: row.seconds_ago }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}

function limitTo(report: StatusReport, names: readonly string[]): StatusReport {
  const nodes = report.nodes.filter((node) => names.includes(node.name));
  const subscriptions = report.subscriptions.filter(
    (link) => names.includes(link.provider) || names.includes(link.subscriber),
  );
  const healthy = [...nodes, ...subscriptions].every((part) => part.error === undefined);
  return { ...report, healthy, nodes, subscriptions };
}

function show(context: Context, report: StatusReport, isWatching: boolean): void {
  if (context.json) context.stdout(JSON.stringify(statusAsJson(report)));
  else context.stdout(`${isWatching && context.isTerminal ? CLEAR_SCREEN : ""}${renderStatus(report)}`);
}

/** False when people have seen enough. */
async function isNextRound(signal: AbortSignal): Promise<boolean> {
  try {
    await pause(WATCH_MS, undefined, { signal });
    return true;
  } catch {
    return false;
  }
}
