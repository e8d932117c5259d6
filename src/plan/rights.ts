/** What each step needs of the role that runs it, what the role lacks, and what it may not see. docs/concepts/rights.md is the table. */
import { operatorRole } from "../domain/names.ts";
import type { ServerFacts } from "../domain/server.ts";
import type { Unseen } from "../domain/state.ts";
import type { Problem, Step, StepKind } from "../domain/step.ts";
import type { Site, Survey } from "./survey.ts";

export interface Need {
  readonly right: "superuser" | "replication";
  /** What the step does that needs it. */
  readonly why: string;
}

const superuser = (why: string): Need => ({ right: "superuser", why });
const OWNED = superuser("changes what belongs to Tributary's roles");
const ENGINE = superuser("changes what belongs to the engine");
const ROWS = superuser("writes rows of other owners");
const SLOT: Need = { right: "replication", why: "makes or drops a slot" };

const NEEDS: Readonly<Record<StepKind, Need>> = {
  "create-extension": superuser("makes an extension"),
  "close-extension": ENGINE,
  "forget-passwords": ENGINE,
  "set-link-role": superuser("makes a role"),
  "drop-link-role": superuser("drops a role"),
  "install-schema": superuser("makes roles and event triggers"),
  "create-node": ENGINE,
  "set-root": OWNED,
  "set-monitor": superuser("makes a role"),
  "unset-monitor": superuser("drops a role"),
  "create-outbox": OWNED,
  "create-replication-set": OWNED,
  "create-slot": SLOT,
  "create-table": superuser("makes a table of another owner"),
  "deliver-table": OWNED,
  "capture-table": OWNED,
  "set-members": OWNED,
  "create-subscription": ENGINE,
  "alter-subscription": ENGINE,
  "seed-table": ROWS,
  "open-link": ROWS,
  "change-engine": ENGINE,
  "enable-subscription": ENGINE,
  "drop-subscription": ENGINE,
  "drop-slot": SLOT,
  "drop-capture": OWNED,
  "drop-delivery": OWNED,
  "drop-replication-set": OWNED,
  "drop-outbox": OWNED,
  "drop-node": ENGINE,
  "drop-schema": superuser("drops roles and event triggers"),
  "drop-extension": superuser("drops an extension"),
};

/** What a step needs of the role that runs it. */
export function needOf(step: Step): Need {
  // It then notes what the stream is written in, too.
  if (step.kind === "create-slot" && step.encoding !== undefined) return OWNED;
  return NEEDS[step.kind];
}

/** Steps that a node's role may not do: nothing is begun then. */
export function lackingRights({ inScope, sites }: Survey, steps: readonly Step[]): readonly Problem[] {
  const due = new Map<string, Step[]>();
  for (const step of steps) due.set(step.node, [...(due.get(step.node) ?? []), step]);
  const known = new Map([...sites.values(), ...inScope].map((site) => [site.node.name, site.state.server]));
  return [...due].flatMap(([node, own]) => {
    const server = known.get(node);
    return server === undefined ? [] : lackingAt(node, server, own);
  });
}

function lackingAt(node: string, server: ServerFacts, steps: readonly Step[]): readonly Problem[] {
  if (server.isSuperuser) return [];
  const at = { node, severity: "error", fixIsSafeSql: false } as const;
  const needing = (right: Need["right"]): readonly Step[] =>
    steps.filter((step) => needOf(step).right === right);
  const mighty = needing("superuser");
  const slots = server.mayReplicate === true ? [] : needing("replication");
  const problems: Problem[] = [];
  if (mighty.length > 0)
    problems.push({
      ...at,
      code: "not-superuser",
      message: `user "${server.user}" is not a superuser, which these steps need: ${listed(mighty)}.`,
      fix: "Run tributary apply with a superuser in the node's dsn; docs/concepts/rights.md says what needs one.",
    });
  if (slots.length > 0)
    problems.push({
      ...at,
      code: "not-replication",
      message: `user "${server.user}" has not the attribute REPLICATION, which these steps need: ${listed(slots)}.`,
      fix: `ALTER ROLE "${server.user.replaceAll('"', '""')}" REPLICATION;`,
    });
  return problems;
}

/** `install-schema (makes roles and event triggers)`. */
const listed = (steps: readonly Step[]): string =>
  [...new Map(steps.map((step) => [step.kind, needOf(step).why]))]
    .map(([kind, why]) => `${kind} (${why})`)
    .join(", ");

const UNSEEN: Readonly<Record<Unseen, string>> = {
  addresses: "where its subscriptions connect to, so that a changed address is not noticed",
  engine: "what pglogical has",
  positions: "how far its subscriptions have received",
};

/** What the plan could not look at. It is told, and never taken for well. */
export function unseenParts({ inScope, topology }: Survey): readonly Problem[] {
  return inScope.flatMap(({ node, state }: Site): readonly Problem[] => {
    const parts = (state.unseen ?? []).map((part) => UNSEEN[part]);
    if (topology.monitor?.password !== undefined && state.tributary?.monitor?.isPasswordUnseen === true)
      parts.push("whether the monitor's password is the one of the topology file");
    if (parts.length === 0) return [];
    const needsOperator = (state.unseen ?? []).some((part) => part !== "addresses");
    return [
      {
        code: "not-seen",
        node: node.name,
        severity: needsOperator ? "error" : "warning",
        message: `not seen: ${parts.join("; ")}. User "${state.server.user}" needs to be ${needsOperator ? `a member of ${operatorRole(topology.project)}` : "a superuser"} for that.`,
        fix: needsOperator
          ? `GRANT "${operatorRole(topology.project)}" TO "${state.server.user.replaceAll('"', '""')}";`
          : "Nothing, where a superuser looks now and then: tributary plan with one in the dsn tells the rest.",
        fixIsSafeSql: false,
      },
    ];
  });
}
