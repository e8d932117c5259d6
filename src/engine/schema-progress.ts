/** Have the steps that are the same for every engine arrived? Pure, from what the node tells of itself. */
import { SCHEMA_VERSION } from "../domain/schema-version.ts";
import type { TributaryState } from "../domain/state.ts";
import type { Step, StepOf } from "../domain/step.ts";
import { type TableRule, relationName, ruleSignature } from "../domain/topology.ts";
import type { SchemaStepKind } from "./schema-statements.ts";

type Node = TributaryState;

/** What the node's description does not tell. */
type SeenElsewhere = "create-table" | "drop-slot" | "change-engine" | "set-link-role" | "drop-link-role";

/** Of a node that has the schema. Without it, nothing stands and everything is dropped. */
type Checks = {
  readonly [Kind in Exclude<SchemaStepKind, SeenElsewhere>]: (step: StepOf<Kind>, node: Node) => boolean;
};

const CHECKS: Checks = {
  "install-schema": ({ project, node: name }, node) =>
    node.version >= SCHEMA_VERSION &&
    node.project === project &&
    node.node === name &&
    node.isGuarded &&
    (node.damage ?? []).length === 0,
  "set-root": ({ isRoot }, node) => node.isRoot === isRoot,
  "capture-table": hasCapture,
  "deliver-table": hasDelivery,
  "set-members": ({ provider, members }, node) => {
    const known = node.members?.[provider] ?? [];
    return known.length === members.length && members.every((member) => known.includes(member));
  },
  "set-monitor": ({ role, password }, { monitor }) =>
    monitor?.role === role && (password === undefined || monitor.password === password.mark),
  "unset-monitor": (_, { monitor }) => monitor === undefined,
  "create-outbox": ({ set }, node) => hasIntactOutbox(node, set),
  "seed-table": isSeeded,
  "open-link": ({ sets, provider }, node) =>
    sets.every((set) => phaseOf(node, provider.name, set) === "live"),
  "drop-capture": ({ relation }, node) => node.captures.every((capture) => capture.relation !== relation),
  "drop-delivery": ({ relation }, node) =>
    node.deliveries.every((delivery) => delivery.relation !== relation),
  "drop-outbox": ({ set }, node) => node.outboxes.every((outbox) => outbox.set !== set),
  "drop-schema": () => false,
};

/** Is the effect of such a step at the node? */
export function isSchemaStepDone(
  step: Exclude<StepOf<SchemaStepKind>, { kind: SeenElsewhere }>,
  node: Node | undefined,
): boolean {
  if (node === undefined) return step.kind.startsWith("drop-");
  return (CHECKS[step.kind] as (step: Step, node: Node) => boolean)(step, node);
}

function hasIntactOutbox(node: TributaryState, set: string): boolean {
  return node.outboxes.some((outbox) => outbox.set === set && outbox.isIntact);
}

function hasCapture({ set, rule }: StepOf<"capture-table">, node: TributaryState): boolean {
  return node.captures.some(
    (found) =>
      found.isIntact &&
      found.set === set &&
      found.relation === relationName(rule) &&
      found.where === rule.where &&
      found.onLeave === rule.onLeave &&
      (found.isReplicated ?? false) === (rule.capture === "replicated") &&
      sameColumns(found.columns, rule),
  );
}

function hasDelivery({ set, rule }: StepOf<"deliver-table">, node: TributaryState): boolean {
  return node.deliveries.some(
    (found) =>
      found.isIntact &&
      found.set === set &&
      found.relation === relationName(rule) &&
      found.protect === rule.protect &&
      (found.shared ?? false) === (rule.shared ?? false) &&
      sameColumns(found.columns, rule),
  );
}

function isSeeded({ provider, set, rule }: StepOf<"seed-table">, node: TributaryState): boolean {
  const link = node.links.find((found) => found.provider === provider.name && found.set === set);
  const record = link?.seeded.find((seed) => seed.relation === relationName(rule));
  return record?.rule === ruleSignature(rule);
}

function phaseOf(node: TributaryState, provider: string, set: string): string | undefined {
  return node.links.find((link) => link.provider === provider && link.set === set)?.phase;
}

function sameColumns(found: readonly string[] | undefined, { columns }: TableRule): boolean {
  return JSON.stringify(found ?? null) === JSON.stringify(columns ?? null);
}
