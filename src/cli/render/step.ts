/** A step in words, for people who know PostgreSQL. */
import type { Blueprint } from "../../domain/blueprint.ts";
import type { Hazard, Step, StepKind } from "../../domain/step.ts";
import { relationName, type TableRule } from "../../domain/topology.ts";

type Describe<Kind extends StepKind> = (step: Extract<Step, { kind: Kind }>) => string;

const WORDS: { readonly [Kind in StepKind]: Describe<Kind> } = {
  "create-extension": () => "create extension pglogical",
  "close-extension": () => "let nobody call pglogical's functions, and everybody drop what is theirs",
  "forget-passwords": ({ interfaces }) =>
    `forget the passwords in pglogical's interfaces ${interfaces.map((kept) => kept.interface).join(", ")}`,
  "set-link-role": ({ role }) =>
    `let the upstream read as role ${role.name}${role.password === "passfile" ? "; whoever writes link.passfile sets its password" : ""}`,
  "drop-link-role": ({ role }) => `drop role ${role}`,
  "install-schema": ({ from }) => (from === 0 ? "install schema tributary" : "upgrade schema tributary"),
  "create-node": ({ engineNode }) => `create pglogical node ${engineNode}`,
  "set-root": ({ isRoot }) => (isRoot ? "become the root of the tree" : "no longer be the root of the tree"),
  "set-monitor": ({ role }) => `let the monitor look as role ${role}`,
  "unset-monitor": ({ role }) => `let nobody look as role ${role}`,
  "create-outbox": ({ set }) => `create outbox of ${set}`,
  "create-replication-set": ({ set, engine }) =>
    `create outbox and ${engine === "native" ? "publication" : "replication set"} of ${set}`,
  "create-slot": ({ slot }) => `create slot ${slot}`,
  "create-table": ({ rule, from, without, owner, blueprint }) =>
    [
      `create table ${relationName(rule)} as at ${from}${without.length === 0 ? "" : `, without ${without.join(", ")}`}`,
      `owned by ${owner.role}`,
      ...omissions(blueprint),
    ].join("; "),
  "deliver-table": ({ rule }) => `deliver into ${relationName(rule)}${protection(rule)}`,
  "capture-table": ({ rule }) => `capture ${relationName(rule)} ${filter(rule)}`,
  "set-members": ({ provider, members }) =>
    `take from ${provider} what ${members.join(", ")} write${members.length === 1 ? "s" : ""}`,
  "create-subscription": ({ provider, sets }) => `subscribe to ${provider.name}: ${sets.join(", ")}`,
  "alter-subscription": ({ provider, sets }) =>
    `change the subscription to ${provider.name}: ${sets.length === 0 ? "no sets" : sets.join(", ")}`,
  "seed-table": ({ provider, rule }) =>
    `copy the approved rows of ${relationName(rule)} from ${provider.name}, and verify them`,
  "open-link": ({ provider }) => `catch up with ${provider.name} and go live`,
  "change-engine": ({ provider, from, engine }) =>
    `hand the stream from ${provider.name} over from ${from} to ${engine}; nothing is copied again`,
  "enable-subscription": ({ provider }) => `enable the subscription to ${provider.name}`,
  "drop-subscription": ({ provider, providerIsGone }) =>
    `drop the subscription to ${provider}${providerIsGone ? ", which is gone" : ""}; its rows stay`,
  "drop-slot": ({ slot }) => `drop slot ${slot}`,
  "drop-capture": ({ relation }) => `stop capturing ${relation}`,
  "drop-delivery": ({ relation }) => `stop delivering into ${relation}; its rows stay`,
  "drop-replication-set": ({ set, engine }) =>
    `drop ${engine === "native" ? "publication" : "replication set"} of ${set}`,
  "drop-outbox": ({ set }) => `drop outbox of ${set}`,
  "drop-node": ({ engineNode }) => `drop pglogical node ${engineNode}`,
  "drop-schema": () => "drop schema tributary",
  "drop-extension": () => "drop extension pglogical",
};

/** What the step does, in words. */
export function describeStep(step: Step): string {
  const words = WORDS[step.kind] as (step: Step) => string;
  return words(step);
}

const HAZARDS: Readonly<Record<Hazard, string>> = {
  "locks-writes": "locks writes for a moment",
  "drops-data": "drops data",
  "copies-data": "copies data",
  "drops-rows": "drops rows above",
};

/** What the step may hurt, in words. */
export function describeHazard({ hazard, drops }: Step): string | undefined {
  if (hazard === undefined) return undefined;
  if (drops === undefined) return HAZARDS[hazard];
  return `drops rows of ${drops.owner} above, ${drops.rows.toLocaleString("en")} at most`;
}

/** What of the original is not taken over, once for each table. */
function omissions({ omissions: left }: Blueprint): readonly string[] {
  if (left.length === 0) return [];
  return [`not taken over: ${left.map(({ what, why }) => `${what} (${why})`).join(", ")}`];
}

function filter({ where, columns, onLeave, capture }: TableRule): string {
  return [
    where === undefined ? "as a whole" : `where ${where}`,
    ...(columns === undefined ? [] : [`columns ${columns.join(", ")}`]),
    ...(onLeave === "keep" ? ["rows that leave the filter stay above"] : []),
    ...(capture === undefined ? [] : ["also what other subscriptions write"]),
  ].join("; ");
}

function protection({ protect, shared }: TableRule): string {
  const hands = { refuse: "", warn: ", warning of changes by hand", off: ", unprotected" }[protect];
  return `${shared === true ? ", equal rows of several nodes as one" : ""}${hands}`;
}
