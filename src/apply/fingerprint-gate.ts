/** A saved plan is good only for the world that it was made from. */
import { DriftError } from "../domain/errors.ts";
import type { Plan } from "../domain/step.ts";

/** Throws DriftError when topology or servers have changed since `saved` was made. `now` is the plan of this moment. */
export function expectSameWorld(
  saved: Pick<Plan, "fingerprint" | "project">,
  now: Pick<Plan, "fingerprint" | "project">,
): void {
  if (saved.project !== now.project)
    throw new DriftError(`the plan is for project "${saved.project}", the topology for "${now.project}"`, {
      code: "other-project",
      hint: "Name the topology file that the plan was made from with --topology.",
    });
  if (saved.fingerprint === now.fingerprint) return;
  throw new DriftError(
    `the plan was made from a world with fingerprint ${saved.fingerprint}, which is now ${now.fingerprint}`,
    { code: "drift", hint: "Make the plan again, read it, and apply that one." },
  );
}
