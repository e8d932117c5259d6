/** Sets up plain pglogical with row filters, as its manual has it. */
import type { Sessions } from "../../../postgres/sessions.ts";
import { eventually } from "../../eventually.ts";
import { statement } from "../sql.ts";
import { type PocTree, SITES, type Site } from "../tree.ts";
import { CREATE_EXTENSION, createNode, publish, subscribe, subscriptions } from "./sql.ts";
import { untilPassed } from "./passage.ts";

export interface NaiveTree {
  readonly tree: PocTree;
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
}

const WAIT_MS = 60_000;

/**
 * Nodes, sets and subscriptions, one tier after the other. Each first copy ends before the tier above begins its own: what
 * goes wrong afterwards is not for haste.
 */
export async function provisionByHand(naive: NaiveTree): Promise<readonly string[]> {
  const { tree, sessions } = naive;
  await Promise.all(
    SITES.map(async ({ name, tier, upstream }) => {
      const session = await sessions.get(name);
      const application = tier === "district" ? [] : [statement("knowledge-base.sql")];
      const sets = upstream === undefined ? [] : [publish()];
      await session.run([...application, CREATE_EXTENSION, createNode(name, dsnOf(tree, name)), ...sets]);
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

/** Waits until no table of any of a site's subscriptions is being copied. */
export async function untilCopied({ sessions, signal }: NaiveTree, site: string): Promise<void> {
  const session = await sessions.get(site);
  const isReady = async (): Promise<true | undefined> => {
    const reported = await session.all(subscriptions);
    return reported.every(({ status, copying }) => status === "replicating" && copying === 0)
      ? true
      : undefined;
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
