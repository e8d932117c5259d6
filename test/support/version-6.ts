/** A tree as version 6 of the schema made it: one table to an outbox. */
import { readFileSync } from "node:fs";

import { outboxName, replicationSetName, subscriptionName } from "../../src/domain/names.ts";
import { ruleSignature } from "../../src/domain/topology.ts";
import { downstreamOf, relationName, type Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { query } from "./sql.ts";
import { nodeSteps, stepsOn, type Steps } from "./steps.ts";

const SCHEMA = readFileSync(new URL("../fixtures/schema-6.sql", import.meta.url), "utf8");

/** Provisions the tree, with empty tables, as that version did. */
export async function provisionVersion6(topology: Topology): Promise<void> {
  await using steps = stepsOn(topology.nodes);
  const rootFirst = [...topology.nodes].toSorted(
    (one, other) => depth(topology, one) - depth(topology, other),
  );
  for (const node of rootFirst) {
    const [before, , [own]] = nodeSteps(topology.project, node);
    await steps.run(node.name, ...before);
    await query(node.dsn, SCHEMA);
    await query(node.dsn, "insert into tributary.schema_version (number) select generate_series(1, 6)");
    await query(node.dsn, "select tributary.identify($1, $2)", topology.project, node.name);
    await steps.run(node.name, ...(own === undefined ? [] : [own]), {
      kind: "set-root",
      isRoot: node.upstream === undefined,
    });
    for (const set of topology.sets) {
      const name = replicationSetName(topology.project, set.name);
      await query(node.dsn, "select pglogical.create_replication_set($1, true, false, false, false)", name);
      await query(node.dsn, "select tributary.create_outbox($1)", set.name);
      await query(
        node.dsn,
        "select pglogical.replication_set_add_table($1, ('tributary.' || $2::text)::regclass, false)",
        name,
        outboxName(set.name),
      );
      for (const rule of set.tables) {
        const kinds = [
          ...(downstreamOf(topology, node.name).length > 0 ? ["deliver-table" as const] : []),
          ...(node.upstream === undefined ? [] : ["capture-table" as const]),
        ];
        for (const kind of kinds) await steps.run(node.name, { kind, set: set.name, rule });
      }
    }
  }
  for (const node of rootFirst.toReversed()) await subscribe(topology, node.name, steps);
}

async function subscribe(topology: Topology, subscriber: string, steps: Steps): Promise<void> {
  const session = await steps.session(subscriber);
  for (const provider of downstreamOf(topology, subscriber)) {
    const sets = topology.sets.map((set) => set.name);
    const { dsn } = topology.nodes.find((node) => node.name === session.node) ?? provider;
    await query(dsn, "select tributary.begin_link($1, $2::text[])", provider.name, `{${sets.join(",")}}`);
    // As that version did, as the user of the dsn.
    await query(
      dsn,
      `select pglogical.create_subscription(subscription_name := $1, provider_dsn := $2, replication_sets := $3::text[],
         synchronize_structure := false, synchronize_data := false, forward_origins := '{all}')`,
      subscriptionName(topology.project, provider.name),
      provider.dsn,
      `{${sets.map((set) => replicationSetName(topology.project, set)).join(",")}}`,
    );
    await eventually(
      async () => {
        const [found] = await query(
          dsn,
          "select status from pglogical.show_subscription_status($1)",
          subscriptionName(topology.project, provider.name),
        );
        return found?.["status"] === "replicating" ? true : undefined;
      },
      { timeoutMs: 60_000, what: `${subscriber} replicates from ${provider.name}` },
    );
    for (const rule of topology.sets.flatMap((set) => set.tables))
      await query(
        dsn,
        "select tributary.finish_seed($1, $2, $3)",
        provider.name,
        relationName(rule),
        ruleSignature(rule),
      );
    await query(dsn, "update tributary.link set phase = 'live' where provider = $1", provider.name);
  }
}

function depth(topology: Topology, node: Topology["nodes"][number]): number {
  const above = topology.nodes.find((candidate) => candidate.name === node.upstream);
  return above === undefined ? 0 : 1 + depth(topology, above);
}
