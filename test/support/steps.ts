/** Steps of an engine on the nodes of a test tree. */
import type { SlotState } from "../../src/domain/state.ts";
import type { Step, StepBody } from "../../src/domain/step.ts";
import type { EngineKind } from "../../src/domain/topology.ts";
import { engines } from "../../src/engine/index.ts";
import { type EngineState, observeReplication } from "../../src/engine/replication.ts";
import { progressOf, statementsOf } from "../../src/engine/steps.ts";
import { isLockTimeout } from "../../src/postgres/errors.ts";
import type { Session } from "../../src/postgres/session.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { eventually } from "../../src/sandbox/eventually.ts";

export interface Steps extends AsyncDisposable {
  session(node: string): Promise<Session>;
  /** Runs the statements of a step. */
  run(node: string, ...bodies: readonly StepBody[]): Promise<void>;
  isDone(node: string, body: StepBody): Promise<boolean>;
  /** Runs a step and waits for its effect. Returns what `isDone` said before, after, and after a second run. */
  complete(node: string, body: StepBody): Promise<readonly boolean[]>;
  /** What the engine has at a node. */
  observe(node: string): Promise<EngineState & { readonly slots: readonly SlotState[] }>;
  /** Status of a subscription. */
  status(node: string, subscription: string): Promise<string | undefined>;
  until(node: string, subscription: string, status: string): Promise<void>;
}

/** What `complete` returns for a step as it should be. */
export const COMPLETED = [false, true, true];

export function step(node: string, body: StepBody): Step {
  return { id: `${body.kind} ${node}`, node, reason: "missing", after: [], ...body };
}

export function stepsOn(
  nodes: readonly { readonly name: string; readonly dsn: string }[],
  engine: EngineKind = "pglogical",
): Steps {
  const sessions = new Sessions(nodes);
  const session = (node: string): Promise<Session> => sessions.get(node);
  const isDone = async (node: string, body: StepBody): Promise<boolean> =>
    (await progressOf(step(node, body), await session(node))).done;
  const run = async (node: string, ...bodies: readonly StepBody[]): Promise<void> => {
    for (const body of bodies)
      await patiently(async () => (await session(node)).run(statementsOf(step(node, body))));
  };
  const observe: Steps["observe"] = async (node) => {
    const found = await observeReplication(await session(node));
    return { ...(await engines[engine].observe(await session(node), found)), slots: found.slots };
  };
  const status = async (node: string, name: string): Promise<string | undefined> => {
    const { subscriptions } = await observe(node);
    return subscriptions.find((subscription) => subscription.name === name)?.status;
  };
  return {
    session,
    run,
    isDone,
    observe,
    status,
    async complete(node, body) {
      const before = await isDone(node, body);
      await run(node, body);
      const isComplete = async (): Promise<true | undefined> => {
        const progress = await progressOf(step(node, body), await session(node));
        if (progress.done) return true;
        // As `apply` does.
        if (progress.stalled !== undefined)
          await (await session(node)).run(engines[engine].resume(progress.stalled));
        return undefined;
      };
      const what = `${body.kind} at ${node}`;
      const after = await eventually(isComplete, { timeoutMs: 20_000, what });
      await run(node, body);
      return [before, after, await isDone(node, body)];
    },
    async until(node, name, wanted) {
      const what = `subscription ${name} is ${wanted}`;
      await eventually(async () => ((await status(node, name)) === wanted ? true : undefined), {
        timeoutMs: 20_000,
        what,
      });
    },
    [Symbol.asyncDispose]: () => sessions.closeAll(),
  };
}

/** As apply does: a lock that somebody else holds is tried for again. */
async function patiently(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLockTimeout(error) || attempt === 20) throw error;
    }
  }
}

/** What makes a database a node with one set, the schema apart from the rest. */
export function nodeSteps(
  project: string,
  { name, dsn }: { readonly name: string; readonly dsn: string },
  engine: EngineKind = "pglogical",
): readonly [before: readonly StepBody[], schema: StepBody, after: readonly StepBody[]] {
  const engineNode = `${project}_${name.replace("-", "_")}`;
  const isNative = engine === "native";
  return [
    isNative ? [] : [{ kind: "create-extension", engine }],
    { kind: "install-schema", project, from: 0 },
    [
      ...(isNative ? [] : [{ kind: "create-node", engine, engineNode, dsn } as const]),
      { kind: "create-replication-set", engine, project, set: "knowledge" },
    ],
  ];
}
