/** Puts steps in order. */
import type { Step } from "../domain/step.ts";

/**
 * The steps, each behind those that it needs, otherwise in the order given. Needs that are not in the list fall away:
 * they are met already. Linear in steps and needs.
 */
export function orderSteps(steps: readonly Step[]): readonly Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ordered: Step[] = [];
  const standing = new Map<string, "open" | "done">();
  const place = (step: Step): void => {
    const found = standing.get(step.id);
    if (found === "done") return;
    if (found === "open") throw new Error(`step "${step.id}" needs itself`);
    standing.set(step.id, "open");
    const needs = [...new Set(step.after)].flatMap((id) => byId.get(id) ?? []);
    needs.forEach(place);
    standing.set(step.id, "done");
    ordered.push({ ...step, after: needs.map((need) => need.id) });
  };
  steps.forEach(place);
  return ordered;
}
