/** What a run means for others: a second operator, and an application that holds locks. */
import { afterEach, beforeAll, expect, test } from "vitest";

import { applyPlan } from "../../src/apply/apply.ts";
import { claimNode } from "../../src/apply/claim.ts";
import type { StepEvent } from "../../src/apply/event.ts";
import type { ApplyTools } from "../../src/apply/tools.ts";
import { DeadlineError, PreconditionError } from "../../src/domain/errors.ts";
import type { Topology } from "../../src/domain/topology.ts";
import * as steps from "../../src/engine/steps.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { connect } from "../../src/postgres/session.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { useTestTree } from "../support/cluster.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1 });
let topology: Topology;
const open: Sessions[] = [];

beforeAll(async () => {
  const nodes = tree.nodes.map(({ name, tier, upstream, dsn }) => ({
    name,
    tier,
    ...(upstream === undefined ? {} : { upstream }),
    dsn,
    linkDsn: dsn,
    engine: "pglogical" as const,
    sets: ["knowledge"],
  }));
  const rule = {
    schema: "public",
    table: "document",
    where: "approved",
    onLeave: "retract",
    protect: "refuse",
  } as const;
  const sets = [{ name: "knowledge", tables: [rule] }];
  topology = { project: "slm", tiers: ["district", "nation"], sets, nodes };
  await query(
    tree.dsn("district-a"),
    "create table public.document (id int primary key, approved boolean not null)",
  );
});
afterEach(async () => {
  for (const sessions of open.splice(0)) await sessions.closeAll();
});

function toolsFor(options: Partial<ApplyTools> = {}): ApplyTools {
  const sessions = new Sessions(topology.nodes);
  open.push(sessions);
  const signal = new AbortController().signal;
  return { topology, steps, sessions, signal, timeoutMs: 30_000, ...options };
}

test("a node that another operator changes stops the run before anything is done, and says who it is", async () => {
  const other = { name: "nation", dsn: tree.dsn("nation") };
  await using session = await connect(other, { applicationName: "tributary of somebody else" });
  await claimNode(session, new AbortController().signal);
  const events: StepEvent[] = [];
  const steps = plan(topology, await observe(topology));
  const run = applyPlan(steps, toolsFor({ onEvent: (event) => void events.push(event) }));
  await expect(run).rejects.toThrow(PreconditionError);
  await expect(run).rejects.toThrow(
    /node "nation" is being changed by "tributary of somebody else" from 127\.0\.0\.1 \(pid \d+, connected since /,
  );
  expect(events).toEqual([]);
});

test("a lock that the application holds is waited for, and nobody is held up for longer than a second", async () => {
  const district = tree.dsn("district-a");
  await using holder = openApplication(district);
  await holder.query("begin; insert into public.document values (1, true)");
  let isOver = false;
  // Another user of the application: whoever queues behind a request for a lock for that long fails here.
  const user = (async () => {
    await using writer = openApplication(district);
    await writer.query("set lock_timeout = '1s'; insert into public.document values (2, false)");
    while (!isOver) await writer.query("update public.document set approved = not approved where id = 2");
  })();
  const waits: string[] = [];
  const onEvent = ({ status, step, detail }: StepEvent): void => {
    if (status !== "progress" || !step.startsWith("capture-table")) return;
    waits.push(detail ?? "");
    if (waits.length === 3) void holder.query("commit");
  };
  await applyPlan(plan(topology, await observe(topology)), toolsFor({ onEvent }));
  isOver = true;
  await user;
  expect(waits[0]).toBe("another transaction holds a lock; asked 1 times");
  expect(plan(topology, await observe(topology)).steps).toEqual([]);
});

test("a lock that is never given up ends in a deadline, and the next run goes on", async () => {
  const district = tree.dsn("district-a");
  await query(district, "create table public.note (id int primary key, body text)");
  await using holder = openApplication(district);
  await holder.query("begin; lock table public.note in share row exclusive mode");
  const note = { schema: "public", table: "note", onLeave: "retract", protect: "refuse" } as const;
  const more = { ...topology, sets: topology.sets.map((set) => ({ ...set, tables: [...set.tables, note] })) };
  const run = applyPlan(plan(more, await observe(more)), toolsFor({ topology: more, timeoutMs: 5000 }));
  await expect(run).rejects.toThrow(DeadlineError);
  await expect(run).rejects.toThrow(/a lock that another transaction holds on node "district-a"/);
  await holder.query("rollback");
  const { done, failed } = await applyPlan(plan(more, await observe(more)), toolsFor({ topology: more }));
  expect({ done: done > 0, failed }).toEqual({ done: true, failed: 0 });
  expect(plan(more, await observe(more)).steps).toEqual([]);
});
