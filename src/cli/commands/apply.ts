/** Makes the servers match the topology. */
import { readFileSync } from "node:fs";

import { expectSameWorld } from "../../apply/fingerprint-gate.ts";
import { DropsRowsError } from "../../apply/consent.ts";
import type { SeedWay } from "../../apply/data-tools.ts";
import { pruneOutboxes } from "../../apply/prune.ts";
import { NotReadyError, UsageError } from "../../domain/errors.ts";
import { jsonText } from "../../domain/legible.ts";
import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import { reachable, type State } from "../../domain/state.ts";
import type { Plan, Problem } from "../../domain/step.ts";
import type { Topology } from "../../domain/topology.ts";
import { checkForEngines } from "../../engine/server-fitness.ts";
import { observe } from "../../observe/observe.ts";
import { plan, type PlanOptions } from "../../plan/plan.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { bytesPerSecond } from "../amounts.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { askToDrop, DROP_ROWS_OF, type DropRowsOf, dropRowsOf } from "../drop-rows.ts";
import { parkedAfter, renderParked, rowsOf, unseenOf } from "../parked-after.ts";
import { renderPlanProblems } from "../render/plan.ts";
import { expectAllReached, openSessions, runPlan } from "../run-plan.ts";

export const apply = defineCommand({
  name: "apply",
  summary: "Make the servers match the topology",
  description:
    "Looks at every node, plans, shows the plan, asks, and runs it, side by side over nodes. Waits until data flows on\n" +
    "every link, and proves it: rows expected and rows present. When something stops it, the same command goes on\n" +
    "where it stopped. What is done is recorded beside the topology file and on each node.",
  examples: [
    ["tributary apply", "show what would be done, ask, and do it"],
    ["tributary apply --yes --json", "do it without asking; one line of JSON to an event"],
    ["tributary plan --out rollout.json && tributary apply rollout.json", "apply what was read, or nothing"],
    ["tributary apply --node district-a", "only this node and its way up"],
    ["tributary apply --seed stream --rate 500kB", "a slow line: leave room for the office's own work"],
  ],
  positionals: {
    plan: { summary: "A plan that was saved with plan --out; refused when the world has changed since" },
  },
  options: {
    yes: { type: "boolean", alias: "y", summary: "Do not ask" },
    parallel: {
      type: "number",
      value: "N",
      default: 8,
      summary: "How many nodes to work on at the same time",
    },
    prune: { type: "boolean", summary: "Also drop what the topology does not have" },
    seed: {
      type: "string",
      choices: ["copy", "stream"],
      default: "copy",
      summary:
        "How first copies travel: through this tool, fast, or through the links themselves, for slow lines",
    },
    rate: {
      type: "string",
      value: "BYTES",
      summary: "With --seed stream: the most to send in a second, such as 500kB",
    },
    "drop-rows-of": DROP_ROWS_OF,
    "detailed-exitcode": { type: "boolean", summary: "Exit code 6 when rows are parked at the end" },
  },
  async run(
    context,
    { plan: file, yes, parallel, prune, seed, rate, "drop-rows-of": drops, "detailed-exitcode": isDetailed },
  ) {
    if (!Number.isInteger(parallel) || parallel < 1)
      throw new UsageError(`--parallel is ${parallel}, needs to be a whole number above 0`, {
        code: "usage",
      });
    seedWay(seed, rate);
    const topology = await context.topology();
    const saved = file === undefined ? undefined : readPlan(file);
    await using sessions = openSessions(context, topology);
    const run: Run = { topology, sessions, saved, yes, parallel, prune, seed: seedWay(seed, rate) };
    const given = { ...saved?.options?.dropRowsOf, ...dropRowsOf(topology, drops) };
    const parked = await once(context, run, given).catch(async (error: unknown) => {
      if (!(error instanceof DropsRowsError) || yes) throw error;
      return await once(context, run, await askToDrop(context, error, given));
    });
    return isDetailed && parked > 0 ? PARKED_EXIT : 0;
  },
});

interface Run {
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly saved: SavedPlan | undefined;
  readonly yes: boolean;
  readonly parallel: number;
  readonly prune: boolean;
  readonly seed: SeedWay;
}

const PARKED_EXIT = 6;

/** Gives how many rows are parked at the end. */
async function once(context: Context, run: Run, given: DropRowsOf): Promise<number> {
  const { topology, sessions, saved, prune, seed, parallel, yes } = run;
  const state = await observe(topology, {
    sessions,
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
  });
  const options: PlanOptions = {
    ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
    ...(prune ? { prune } : {}),
    ...saved?.options,
    ...(Object.keys(given).length === 0 ? {} : { dropRowsOf: given }),
  };
  const planned = plan(topology, state, options);
  if (saved !== undefined) expectSameWorld(saved, planned);
  expectFit(topology, state, planned);
  await runPlan(context, topology, planned, {
    sessions,
    yes,
    parallel,
    question: "Apply this plan?",
    seed,
    dropRowsOf: given,
  });
  await pruneOutboxes(sessions, equipped(state, options.nodes));
  const parked = await parkedAfter(sessions, topology, state, planned);
  if (context.json)
    context.stdout(jsonText({ parkedRows: rowsOf(parked), parked, unseen: unseenOf(topology, state) }));
  else if (parked.length > 0) context.stdout(renderParked(parked));
  expectAllReached(planned.problems);
  return rowsOf(parked);
}

function seedWay(chosen: string, rate: string | undefined): SeedWay {
  const way = chosen === "stream" ? "stream" : "copy";
  if (rate === undefined) return { way };
  if (way === "stream") return { way, bytesPerSecond: bytesPerSecond("rate", rate) };
  throw new UsageError("--rate is for --seed stream", {
    code: "usage",
    hint: "For example: --seed stream --rate 500kB.",
  });
}

/** Nodes that had outboxes before: what this run made is empty. */
function equipped(state: State, wanted: readonly string[] | undefined): readonly string[] {
  return state.nodes
    .filter((node) => node.reachable && node.tributary?.version === SCHEMA_VERSION)
    .map(({ name }) => name)
    .filter((name) => wanted?.includes(name) !== false);
}

type SavedPlan = Pick<Plan, "project" | "fingerprint"> & { readonly options?: PlanOptions };

function readPlan(file: string): SavedPlan {
  const refuse = (why: string): UsageError =>
    new UsageError(`"${file}" is not a saved plan: ${why}`, {
      code: "not-a-plan",
      hint: "Save one with: tributary plan --out FILE.",
    });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const { project, fingerprint } = (content ?? {}) as Partial<SavedPlan>;
  if (typeof project !== "string" || typeof fingerprint !== "string") throw refuse("it has no fingerprint");
  return content as SavedPlan;
}

/** Stops before anything is done when a node cannot do what is asked of it. One that is out of reach stops nobody else. */
function expectFit(topology: Topology, state: State, planned: Plan): void {
  const changed = new Set(planned.steps.map((step) => step.node));
  const errors = [...serverProblems(topology, state, changed), ...planned.problems].filter(
    (problem) => problem.severity === "error" && problem.code !== "node-unreachable",
  );
  const [first] = errors;
  if (first === undefined) return;
  if (errors.every(({ code }) => code === "unfamiliar-database")) throw strangers(state, errors);
  throw new NotReadyError(["nothing was done: not every node is ready", ...renderPlanProblems(errors)], {
    code: errors.length === 1 ? first.code : "not-ready",
    ...(errors.length === 1 ? { node: first.node } : {}),
    hint: "Mend these, or leave the node out with --node; tributary doctor shows all that may be in the way.",
  });
}

/** Databases that are not those whose rows are above: somebody has to say what becomes of these. */
function strangers(state: State, problems: readonly Problem[]): DropsRowsError {
  const wanted = problems.flatMap(({ node }) => {
    const found = reachable(state, node)?.unfamiliar;
    return found === undefined ? [] : [{ node: found.above, owner: node, rows: found.rows }];
  });
  const [first] = problems;
  return new DropsRowsError(["nothing was done", ...renderPlanProblems(problems)].join("\n"), wanted, {
    code: "unfamiliar-database",
    ...(problems.length === 1 && first !== undefined ? { node: first.node, hint: first.fix } : {}),
  });
}

/** What the engine needs of the servers that the plan changes. */
function serverProblems(topology: Topology, state: State, changed: ReadonlySet<string>): readonly Problem[] {
  return topology.nodes.flatMap((node) => {
    const found = state.nodes.find(({ name }) => name === node.name);
    if (found?.reachable !== true || !changed.has(node.name)) return [];
    return checkForEngines(topology, node, found.server);
  });
}
