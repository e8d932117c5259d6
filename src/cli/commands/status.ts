/** Shows how the tree is. */
import { z } from "zod";

import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { State } from "../../domain/state.ts";
import type { Topology } from "../../domain/topology.ts";
import { observe } from "../../observe/observe.ts";
import { defineQuery } from "../../postgres/query.ts";
import type { Session } from "../../postgres/session.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { parkedAt } from "../parked-rows.ts";
import { renderStatus, statusAsJson } from "../render/status.ts";
import { openSessions } from "../run-plan.ts";
import { reportStatus, type Arrival, type Findings, type StatusReport } from "../status-report.ts";
import { watchTree } from "../watch.ts";

const UNHEALTHY = 10;

const arrivalsQuery = defineQuery(
  "status/arrivals.sql",
  z.object({
    node: z.string(),
    seconds_ago: z.coerce.number().nullable(),
    parked_rows: z.coerce.number(),
    reason: z.string().nullable(),
  }),
);

const outboxesQuery = defineQuery("status/outboxes.sql", z.object({ bytes: z.number() }));

export const status = defineCommand({
  name: "status",
  summary: "Show the tree: each link's state, lag, kept WAL and parked rows",
  examples: [
    ["tributary status", "the tree as it is now"],
    ["tributary status --watch", "again and again, until Ctrl-C"],
    ["tributary status --json --detailed-exitcode", "for a program; exit code 10 when something is wrong"],
  ],
  options: {
    watch: { type: "boolean", alias: "w", summary: "Look again every two seconds, as the monitor does" },
    "detailed-exitcode": { type: "boolean", summary: "Exit code 10 when something is wrong" },
  },
  async run(context, { watch, "detailed-exitcode": isDetailed }) {
    const topology = await context.topology();
    if (watch) return await watchTree(context, topology);
    const report = await look(context, topology);
    if (context.json) context.stdout(JSON.stringify(statusAsJson(report)));
    else context.stdout(renderStatus(report));
    return isDetailed && !report.healthy ? UNHEALTHY : 0;
  },
});

async function look(context: Context, topology: Topology): Promise<StatusReport> {
  await using sessions = openSessions(context, topology);
  const state = await observe(topology, {
    sessions,
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
  });
  const report = reportStatus(topology, state, await findOut(topology, state, sessions));
  return context.nodes === undefined ? report : limitTo(report, context.nodes);
}

/** What is not part of a state: asked of the nodes that have it, side by side. */
async function findOut(topology: Topology, state: State, sessions: Sessions): Promise<Findings> {
  const upstreams = new Set(topology.nodes.map((node) => node.upstream));
  const nodes = state.nodes.flatMap((node) =>
    node.reachable && node.tributary !== undefined ? [{ name: node.name, ...node.tributary }] : [],
  );
  const current = nodes.filter(({ version }) => version === SCHEMA_VERSION);
  return {
    arrivals: await ask(
      nodes.filter(({ name }) => upstreams.has(name)),
      sessions,
      async (session) => (await session.all(arrivalsQuery)).map(arrivalOf),
    ),
    parked: await ask(
      current.filter(({ parkedRows }) => parkedRows > 0),
      sessions,
      (session) => parkedAt(session, {}, 0),
    ),
    outboxBytes: await ask(current, sessions, async (session) => (await session.one(outboxesQuery)).bytes),
  };
}

/** By node. One that goes away meanwhile simply has nothing to tell. */
async function ask<Answer>(
  nodes: readonly { readonly name: string }[],
  sessions: Sessions,
  question: (session: Session) => Promise<Answer>,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = await Promise.all(
    nodes.map(async ({ name }): Promise<readonly [string, Answer][]> => {
      try {
        return [[name, await question(await sessions.get(name))]];
      } catch {
        return [];
      }
    }),
  );
  return new Map(answers.flat());
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
