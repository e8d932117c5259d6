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

const NO_ENGINE = /^docker version:/u;
const NO_BASE_IMAGE =
  /no such host|dial tcp|pull access denied|failed to resolve|TLS handshake|i\/o timeout/u;

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const outcome: ContainersOutcome = { run: thisRun(), ...(await obstacle()) };
  project.provide("containers", outcome);
  if (outcome.reason !== undefined) {
    process.stderr.write(`\nTHE TESTS ON CONTAINERS ARE SKIPPED: ${outcome.reason}\n\n`);
    return undefined;
  }
  await removeAbandoned();
  return () => expectNothingLeft(outcome.run);
}

/** Asks for an engine, and makes the images. Where nothing has changed, that takes a moment: the engine keeps every step. */
async function obstacle(): Promise<{ reason?: string }> {
  try {
    await docker("version", "--format", "{{.Server.Version}}");
    await docker("build", "--quiet", "--tag", POSTGRES_IMAGE, path.join(ROOT, "docker/postgres"));
    const file = path.join(ROOT, "docker/tributary/Dockerfile");
    await docker("build", "--quiet", "--tag", TOOL_IMAGE, "--file", file, ROOT);
    return {};
  } catch (error) {
    const { cause, message } = error as Error & { cause: NodeJS.ErrnoException };
    if (cause.code === "ENOENT") return { reason: "docker is not installed" };
    if (NO_ENGINE.test(message) || NO_BASE_IMAGE.test(message)) return { reason: message };
    throw error;
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
