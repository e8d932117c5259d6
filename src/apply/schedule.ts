/** Which step runs when: side by side over nodes, in the plan's order on each node, and never before what it needs. */
import type { Step } from "../domain/step.ts";

export interface Schedule {
  readonly steps: readonly Step[];
  /** How many nodes may have a step under way at the same time. */
  readonly parallel: number;
  /** No step is begun any more. */
  readonly signal: AbortSignal;
  /** Runs a step; false when it failed. Never throws. */
  readonly run: (step: Step) => Promise<boolean>;
}

/** Runs all steps but those that need a failed one. Returns the steps that were not run. */
export async function runSchedule({ steps, parallel, signal, run }: Schedule): Promise<readonly Step[]> {
  const queues = queuesByNode(steps);
  const pending = new Set(steps.map((step) => step.id));
  const blocked: Step[] = [];
  const isBlocked = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const begin = (node: string, step: Step): void => {
    const ended = run(step).then((isDone) => {
      running.delete(node);
      pending.delete(step.id);
      if (!isDone) isBlocked.add(step.id);
    });
    running.set(node, ended);
  };
  /** The node's next step when it can begin now. On the way, steps that cannot run any more are put aside. */
  const next = (queue: Step[]): Step | undefined => {
    for (let step = queue[0]; step !== undefined; step = queue[0]) {
      if (!step.after.some((need) => isBlocked.has(need)))
        return step.after.some((need) => pending.has(need)) ? undefined : queue.shift();
      queue.shift();
      isBlocked.add(step.id);
      pending.delete(step.id);
      blocked.push(step);
    }
    return undefined;
  };

  for (;;) {
    // Putting a step aside may settle the need of a node that was looked at before.
    let settled: number;
    do {
      settled = blocked.length;
      for (const [node, queue] of queues) {
        if (running.size >= parallel || signal.aborted) break;
        if (running.has(node)) continue;
        const step = next(queue);
        if (step !== undefined) begin(node, step);
        else if (queue.length === 0) queues.delete(node);
      }
    } while (blocked.length > settled);
    if (running.size === 0) return [...blocked, ...[...queues.values()].flat()];
    await Promise.race(running.values());
  }
}

function queuesByNode(steps: readonly Step[]): Map<string, Step[]> {
  const queues = new Map<string, Step[]>();
  for (const step of steps) {
    const queue = queues.get(step.node);
    if (queue === undefined) queues.set(step.node, [step]);
    else queue.push(step);
  }
  return queues;
}
