/** How far an apply is, on a terminal: one line to a node, with what it does now. */
import { Listr, ListrLogger, ProcessOutput } from "listr2";

import type { StepEvent } from "../../apply/event.ts";
import { legibly } from "../../domain/legible.ts";
import type { Plan, Step } from "../../domain/step.ts";
import { describeStep } from "./step.ts";
import { type Progress, words } from "./progress.ts";

interface Row {
  title: string;
  output: string;
}

interface NodeTask {
  readonly steps: readonly Step[];
  row?: Row;
  ended: number;
  failure?: string;
  /** Its last step has ended, or nothing comes any more. */
  settle(): void;
  readonly settled: Promise<void>;
}

/** Paints on stderr until `end`. */
export function terminalProgress(plan: Plan): Progress {
  const legiblePlan = legibly(plan);
  const tasks = tasksByNode(legiblePlan.steps);
  const steps = new Map(legiblePlan.steps.map((step) => [step.id, step]));
  const list = new Listr(
    [...tasks].map(([node, task]) => ({
      title: node,
      task: async (_context: unknown, row: Row) => {
        task.row = row;
        await task.settled;
        row.title = `${node}  ${task.ended} of ${task.steps.length} steps`;
        if (task.failure !== undefined) throw new Error(task.failure);
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {
        logger: new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) }),
      },
    },
  );
  const painting = list.run().catch(() => undefined);
  return {
    onEvent: (told) => {
      const event = legibly(told);
      show(event, tasks.get(event.node), steps.get(event.step));
    },
    end: async () => {
      for (const task of tasks.values()) task.settle();
      await painting;
    },
  };
}

function show({ node, status, detail }: StepEvent, task: NodeTask | undefined, step: Step | undefined): void {
  if (task === undefined || step === undefined) return;
  const isEnd = status !== "started" && status !== "progress";
  if (isEnd) task.ended += 1;
  if (status === "failed" || status === "in-doubt")
    task.failure = `${describeStep(step)}: ${words(status, detail)}`;
  if (task.row !== undefined) {
    task.row.title = `${node}  ${task.ended} of ${task.steps.length} steps`;
    task.row.output = status === "progress" && detail !== undefined ? detail : describeStep(step);
  }
  if (task.ended === task.steps.length) task.settle();
}

function tasksByNode(steps: readonly Step[]): ReadonlyMap<string, NodeTask> {
  const nodes = [...new Set(steps.map((step) => step.node))];
  return new Map(
    nodes.map((node) => {
      let settle = (): void => undefined;
      const settled = new Promise<void>((resolve) => (settle = resolve));
      return [node, { steps: steps.filter((step) => step.node === node), ended: 0, settle, settled }];
    }),
  );
}
