/** Ways in which rows are written that no trigger sees. Pure. */
import type { SubscriptionState } from "../../domain/state.ts";
import { subscriptionName } from "../../domain/names.ts";
import type { Problem } from "../../domain/step.ts";
import { type TableRule, type Topology, downstreamOf, relationName } from "../../domain/topology.ts";
import { identifier } from "../../postgres/quote.ts";
import type { Patient } from "./examine.ts";
import { listed, warning } from "./problem.ts";

/** At every node whose own rows travel. */
export function checkUncaptured(
  topology: Topology,
  patients: ReadonlyMap<string, Patient>,
): readonly Problem[] {
  return [...patients.values()]
    .filter(({ node }) => node.upstream !== undefined)
    .flatMap((patient) => {
      const unseen = rulesOf(topology, patient).filter(({ capture }) => capture !== "replicated");
      return unseen.length === 0
        ? []
        : [...silentRoles(patient), ...otherSubscriptions(topology, patient, unseen)];
    });
}

/** Of the tables whose rows the node itself sends. */
function rulesOf(topology: Topology, { node }: Patient): readonly TableRule[] {
  return topology.sets.filter(({ name }) => node.sets.includes(name)).flatMap(({ tables }) => tables);
}

/** PostgreSQL fires ordinary triggers in the session replication roles "origin" and "local" only. */
function silentRoles({ node, cluster }: Patient): readonly Problem[] {
  return (cluster?.silent_settings ?? []).map(({ role, database }) => {
    const whose = [
      ...(role === null ? [] : [`role "${role}"`]),
      ...(database === null ? [] : [`database "${database}"`]),
    ].join(" in ");
    const [first, scope] =
      role === null
        ? [`DATABASE ${identifier(database ?? "")}`, ""]
        : [`ROLE ${identifier(role)}`, database === null ? "" : ` IN DATABASE ${identifier(database)}`];
    return warning({
      code: "triggers-off",
      node: node.name,
      message: `${whose} has session_replication_role = replica, needs origin: what such sessions write is not captured, and nobody is told.`,
      fix: `ALTER ${first}${scope} RESET session_replication_role;`,
    });
  });
}

/** What another product brings is written without triggers, too. */
function otherSubscriptions(
  topology: Topology,
  { node, state }: Patient,
  unseen: readonly TableRule[],
): readonly Problem[] {
  const ours = new Set(
    downstreamOf(topology, node.name).map(({ name }) => subscriptionName(topology.project, name)),
  );
  const captured = new Set(unseen.map(relationName));
  return state.subscriptions
    .filter(({ name }) => !ours.has(name))
    .flatMap((subscription) => {
      const fed = feeds(subscription, captured);
      if (fed === undefined) return [];
      return [
        warning({
          code: "fed-by-others",
          node: node.name,
          message: `subscription "${subscription.name}", which is none of Tributary's, writes ${fed}: what it brings is not captured, and nobody is told.`,
          fix: 'If these rows are to travel: write "capture: replicated" at the table in the topology file, then tributary apply. If not: let it bring other tables.',
        }),
      ];
    });
}

/** The captured tables that a subscription writes, in words. pglogical does not always tell which these are. */
function feeds(subscription: SubscriptionState, captured: ReadonlySet<string>): string | undefined {
  const { engine, listed: known = [] } = subscription;
  const tables = known.filter((table) => captured.has(table));
  if (tables.length > 0) return `captured tables (${listed(tables)})`;
  return engine === "pglogical" && known.length === 0 ? "perhaps captured tables" : undefined;
}
