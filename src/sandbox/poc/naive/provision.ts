/** Sets up plain pglogical with row filters, as its manual has it. */
import type { Sessions } from "../../../postgres/sessions.ts";
import { eventually } from "../../eventually.ts";
import { application } from "../sql.ts";
import { type PocTree, SITES, type Site } from "../tree.ts";
import { CREATE_EXTENSION, createNode, mark, publish, subscribe, subscriptions } from "./sql.ts";
import { reconnect, untilPassed } from "./passage.ts";

export interface NaiveTree {
  readonly tree: PocTree;
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
}

const WAIT_MS = 60_000;
/** A subscription that pglogical has not started by then would wait for minutes. */
const START_MS = 5000;

/**
 * Nodes, sets and subscriptions, one tier after the other. Each first copy ends before the tier above begins its own: what
 * goes wrong afterwards is not for haste.
 */
export async function provisionByHand(naive: NaiveTree): Promise<readonly string[]> {
  const { tree, sessions } = naive;
  await Promise.all(
    SITES.map(async ({ name, tier, upstream }) => {
      const session = await sessions.get(name);
      const tables = tier === "district" ? [] : [application()];
      const sets = upstream === undefined ? [] : [publish()];
      await session.run([...tables, CREATE_EXTENSION, createNode(name, dsnOf(tree, name)), ...sets]);
    }),
  );
  for (const tier of ["region", "nation"] as const)
    await Promise.all(
      SITES.filter((site) => site.tier === tier).map((site) => subscribeToAllBelow(naive, site)),
    );
  return [
    "pglogical.create_node, create_replication_set, replication_set_add_table with row_filter, create_subscription",
    "with synchronize_data and forward_origins '{all}', on all nodes: the same tables, filters and columns",
  ];
}

async function subscribeToAllBelow(naive: NaiveTree, { name }: Site): Promise<void> {
  const { tree, sessions, signal } = naive;
  const session = await sessions.get(name);
  for (const provider of SITES.filter(({ upstream }) => upstream === name)) {
    await session.run([subscribe(provider.name, dsnOf(tree, provider.name))], { lockTimeoutMs: WAIT_MS });
    await untilCopied(naive, name);
    await untilPassed({ sessions, signal }, provider.name, name);
  }
}

/**
 * Waits until no table of any of a site's subscriptions is being copied. pglogical ends a copy at the next commit of the
 * provider only, so with nobody at work there it would copy for ever: we commit marks. And it may overlook that it has a
 * new subscription.
 */
export async function untilCopied({ sessions, signal }: NaiveTree, site: string): Promise<void> {
  const session = await sessions.get(site);
  const providers = SITES.filter(({ upstream }) => upstream === site);
  let looked = performance.now();
  const isReady = async (): Promise<true | undefined> => {
    const reported = await session.all(subscriptions);
    if (reported.every(({ status, copying }) => status === "replicating" && copying === 0)) return true;
    for (const { name } of providers) await (await sessions.get(name)).one(mark);
    if (performance.now() - looked < START_MS) return undefined;
    looked = performance.now();
    await reconnect(session);
    return undefined;
  };
  await eventually(isReady, {
    timeoutMs: WAIT_MS,
    what: `pglogical has copied to "${site}"`,
    signal,
  });
}

function dsnOf({ nodes }: PocTree, site: string): string {
  const node = nodes.find(({ name }) => name === site);
  if (node === undefined) throw new Error(`the proof of concept has no node "${site}"`);
  return node.dsn;
}
