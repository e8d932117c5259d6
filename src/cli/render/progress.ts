/** How far an apply is, as lines of text or of JSON. */
import type { ApplySummary, StepEvent } from "../../apply/event.ts";
import { jsonText, legibly } from "../../domain/legible.ts";
import type { Plan } from "../../domain/step.ts";
import { describeStep } from "./step.ts";

/** Follows an apply from its first event to its end. */
export interface Progress {
  onEvent(event: StepEvent): void;
  /** No event comes any more. */
  end(): Promise<void>;
}

/** One line of JSON to an event. */
export function jsonProgress(write: (line: string) => void): Progress {
  return { onEvent: (event) => write(jsonText(event)), end: async () => undefined };
}

/** Steps that take long tell when they begin and, now and then, how far they are. */
const PROGRESS_EVERY_MS = 5000;
const SLOW_KINDS = ["seed-table", "open-link"];

/** One line to a step that ended, and a few more to those that take long. */
export function plainProgress(plan: Plan, write: (line: string) => void): Progress {
  const steps = new Map(legibly(plan.steps).map((step) => [step.id, step]));
  const lastTold = new Map<string, number>();
  const digits = String(plan.steps.length).length;
  let ended = 0;
  const onEvent = (event: StepEvent): void => {
    const { step: id, node, status, detail, time } = legibly(event);
    const step = steps.get(id);
    if (step === undefined) return;
    const isEnd = status !== "started" && status !== "progress";
    const now = Date.parse(time);
    if (!isEnd) {
      const told = lastTold.get(id) ?? (SLOW_KINDS.includes(step.kind) ? -Infinity : now);
      if (!lastTold.has(id)) lastTold.set(id, now);
      if (now - told < PROGRESS_EVERY_MS) return;
      lastTold.set(id, now);
    } else ended += 1;
    const place = isEnd
      ? `${String(ended).padStart(digits)}/${plan.steps.length}`
      : "…".padStart(digits * 2 + 1);
    write(`${place} ${node}: ${describeStep(step)}: ${words(status, detail)}`);
  };
  return { onEvent, end: async () => undefined };
}

/** How a step stands, in words. */
export function words(status: StepEvent["status"], detail: string | undefined): string {
  const said = { ...STATUS, progress: detail ?? "under way" }[status];
  return detail === undefined || status === "progress" ? said : `${said}: ${detail}`;
}

const STATUS = {
  started: "begun",
  done: "done",
  skipped: "was done already",
  failed: "FAILED",
  "in-doubt": "in doubt, the next apply will look",
} as const;

/** What was achieved: the rows expected and present of every table of every link that was opened, then the numbers. */
export function renderSummary(plan: Plan, events: readonly StepEvent[], summary: ApplySummary): string {
  const proofs = new Map(
    legibly(events).flatMap(({ step, status, detail }) =>
      status === "done" ? [[step, detail] as const] : [],
    ),
  );
  const lines = legibly(plan.steps).flatMap((step) => {
    const proof = proofs.get(step.id);
    if (step.kind !== "open-link" || proof === undefined) return [];
    return [`${step.provider.name} → ${step.node}`, ...proof.split("; ").map((table) => `  ${table}`)];
  });
  const { done, skipped } = summary;
  const inDoubt = events.filter(({ status }) => status === "in-doubt").length;
  const failed = summary.failed - inDoubt;
  const numbers = [
    `${done} ${done === 1 ? "step" : "steps"} done`,
    ...(skipped === 0 ? [] : [`${skipped} were done already`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(inDoubt === 0 ? [] : [`${inDoubt} broken off`]),
  ];
  return [...lines, numbers.join(", ")].join("\n");
}

/** The numbers of a run that ended early, from what was seen of it. */
export function countEvents(events: readonly StepEvent[]): ApplySummary {
  const count = (...statuses: readonly StepEvent["status"][]): number =>
    events.filter(({ status }) => statuses.includes(status)).length;
  return { done: count("done"), skipped: count("skipped"), failed: count("failed", "in-doubt") };
}
