/** Before the tests on containers: is there a Docker engine, and has it our images? After them: is nothing of theirs left? */
import path from "node:path";

import type { TestProject } from "vitest/node";

import { RUN_LABEL, removeAbandoned, removeThingsWith, thingsWith, thisRun } from "./container-run.ts";
import type { ContainersOutcome } from "./containers.ts";
import { docker } from "./docker.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** The image of the servers. */
export const POSTGRES_IMAGE = "tributary-postgres:poc";
const TOOL_IMAGE = "tributary:poc";

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const outcome: ContainersOutcome = { run: thisRun(), ...(await whyNot()) };
  project.provide("containers", outcome);
  if (outcome.reason !== undefined) {
    process.stderr.write(`\nTHE TESTS ON CONTAINERS ARE SKIPPED: ${outcome.reason}\n\n`);
    return undefined;
  }
  await removeAbandoned();
  // Where nothing has changed, that takes a moment: the engine keeps every step.
  await docker("build", "--quiet", "--tag", POSTGRES_IMAGE, path.join(ROOT, "docker/postgres"));
  const file = path.join(ROOT, "docker/tributary/Dockerfile");
  await docker("build", "--quiet", "--tag", TOOL_IMAGE, "--file", file, ROOT);
  return () => expectNothingLeft(outcome.run);
}

async function whyNot(): Promise<{ reason?: string }> {
  try {
    await docker("version", "--format", "{{.Server.Version}}");
    return {};
  } catch (error) {
    const { cause, message } = error as Error & { cause: NodeJS.ErrnoException };
    return { reason: cause.code === "ENOENT" ? "docker is not installed" : message };
  }
}

async function expectNothingLeft(run: ContainersOutcome["run"]): Promise<void> {
  const label = `${RUN_LABEL}=${run}`;
  const left = await thingsWith(label);
  await removeThingsWith(label);
  if (left.length === 0) return;
  // Vitest only prints what a teardown throws.
  process.exitCode = 1;
  throw new Error(`the tests on containers left behind: ${left.join(", ")}`);
}
