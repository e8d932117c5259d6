/** Steps of an engine on the nodes of a test tree. */
import type { Step, StepBody } from "../../src/domain/step.ts";
import { engines } from "../../src/engine/index.ts";
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
  /** Status of a subscription. */
  status(node: string, subscription: string): Promise<string | undefined>;
  until(node: string, subscription: string, status: string): Promise<void>;
}

/** What `complete` returns for a step as it should be. */
export const COMPLETED = [false, true, true];

export function step(node: string, body: StepBody): Step {
  return { id: `${body.kind} ${node}`, node, reason: "missing", after: [], ...body };
}

export function stepsOn(nodes: readonly { readonly name: string; readonly dsn: string }[]): Steps {
  const engine = engines.pglogical;
  const sessions = new Sessions(nodes);
  const session = (node: string): Promise<Session> => sessions.get(node);
  const isDone = async (node: string, body: StepBody): Promise<boolean> =>
    (await engine.progress(step(node, body), await session(node))).done;
  const run = async (node: string, ...bodies: readonly StepBody[]): Promise<void> => {
    for (const body of bodies)
      await patiently(async () => (await session(node)).run(engine.statements(step(node, body))));
  };
  const status = async (node: string, name: string): Promise<string | undefined> => {
    const { subscriptions } = await engine.observe(await session(node));
    return subscriptions.find((subscription) => subscription.name === name)?.status;
  };
  return {
    session,
    run,
    isDone,
    status,
    async complete(node, body) {
      const before = await isDone(node, body);
      await run(node, body);
      const what = `${body.kind} at ${node}`;
      const after = await eventually(async () => ((await isDone(node, body)) ? true : undefined), {
        timeoutMs: 20_000,
        what,
      });
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

/** What makes a database a node with one set. */
export function nodeSteps(
  project: string,
  node: { readonly name: string; readonly dsn: string },
): readonly [StepBody, StepBody, StepBody, StepBody] {
  return [
    { kind: "create-extension" },
    { kind: "install-schema", project, from: 0 },
    { kind: "create-node", engineNode: `${project}_${node.name.replace("-", "_")}`, dsn: node.dsn },
    { kind: "create-replication-set", project, set: "knowledge" },
  ];
}
