/** Tests on containers, and whether they can run here. */
import { describe, inject } from "vitest";

import type { Run } from "./container-run.ts";

export interface ContainersOutcome {
  /** The run that everything made in the engine is labelled with. */
  readonly run: Run;
  /** Why the tests on containers are skipped. */
  readonly reason?: string;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly containers: ContainersOutcome;
  }
}

/** `describe` for tests that need a Docker engine: skipped where none answers, which `container-images.ts` tells. */
export const describeOnContainers: (name: string, body: () => void) => void =
  inject("containers").reason === undefined ? describe : describe.skip;
