/** Checks all that replication needs, on every server, and mends what it may. */
import { TributaryError } from "../../domain/errors.ts";
import { legible, legibleLines } from "../../domain/legible.ts";
import type { Statement } from "../../domain/statement.ts";
import type { Problem } from "../../domain/step.ts";
import type { Topology } from "../../domain/topology.ts";
import { diagnose } from "../../observe/doctor/diagnose.ts";
import { observe } from "../../observe/observe.ts";
import { plan } from "../../plan/plan.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { renderFindings } from "../render/doctor.ts";
import { openSessions } from "../run-plan.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "Check all that replication needs on every server",
  description:
    "Connects to every node and checks settings, rights, tables, filters, slots, clocks, and the way from each\n" +
    "upstream's server to the nodes below it. Leaves nothing behind. Each finding ends with the statement or the line of\n" +
    "configuration that mends it. Where more than three are alike, the first three stand for all; --json has every one.",
  examples: [
    ["tributary doctor", "check everything"],
    ["tributary doctor --fix", "mend what needs no restart and harms nothing; ask before the rest"],
    ["tributary doctor --node district-a --json", "one node, for a program"],
  ],
  options: {
    fix: { type: "boolean", summary: "Mend what needs no restart; ask before the rest" },
    verbose: { type: "boolean", summary: "Every finding, also where hundreds are alike" },
  },
  async run(context, { fix, verbose }) {
    const topology = await context.topology();
    await using sessions = openSessions(context, topology);
    let problems = await examineAll(context, topology, sessions);
    const mended = fix ? await mendAll(context, problems, sessions) : [];
    if (mended.length > 0) problems = await examineAll(context, topology, sessions);
    const nodes = context.nodes?.length ?? topology.nodes.length;
    const { project } = topology;
    context.stdout(
      context.json
        ? JSON.stringify({ project, problems, mended })
        : renderFindings({ project, nodes, problems, isVerbose: verbose }),
    );
    return exitCode(problems);
  },
});

/** What stands in the way of a plan, and all that doctor finds beyond it. */
async function examineAll(
  context: Context,
  topology: Topology,
  sessions: Sessions,
): Promise<readonly Problem[]> {
  const timeout = context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs };
  const state = await observe(topology, { sessions, ...timeout });
  const found = await diagnose(topology, state, sessions);
  const told = new Set(found.map((problem) => `${problem.code} ${problem.node}`));
  const planned = plan(topology, state).problems.filter(
    (problem) => !told.has(`${problem.code} ${problem.node}`),
  );
  return [...found, ...planned].filter((problem) => context.nodes?.includes(problem.node) ?? true);
}

/** Problems whose fix was run. */
async function mendAll(
  context: Context,
  problems: readonly Problem[],
  sessions: Sessions,
): Promise<readonly Problem[]> {
  const mended: Problem[] = [];
  for (const problem of problems) {
    const statements = statementsOf(problem);
    if (statements.length === 0 || !(await mayMend(context, problem))) continue;
    try {
      await (await sessions.get(problem.node)).run(statements);
      context.stderr(`node "${problem.node}": ${problem.fix.replaceAll("\n", " ")}`, "info", {
        isLine: true,
      });
      mended.push(problem);
    } catch (caught) {
      if (!(caught instanceof TributaryError)) throw caught;
      context.stderr(caught.message, "error", { isLine: true });
    }
  }
  return mended;
}

async function mayMend(context: Context, { node, message, fix, fixIsSafeSql }: Problem): Promise<boolean> {
  if (fixIsSafeSql) return true;
  return (
    context.canAsk &&
    (await context.confirm(`node "${node}": ${legible(message)}\n${indented(fix)}\nRun this?`))
  );
}

/** No line of it looks like one of ours. */
const indented = (text: string): string => text.replaceAll(/^/gmu, "  ");

const SQL = /^(?:alter|create|drop|grant|select)\b/i;

/**
 * None when the fix is an advice, or leaves something open. ALTER SYSTEM wants no transaction around it.
 * Nor when a name in it may hold the end of a line: what comes behind that would be a statement of its own.
 */
function statementsOf({ fix, message }: Problem): readonly Statement[] {
  if (!SQL.test(fix) || fix.includes("…")) return [];
  if (legibleLines(fix) !== fix || legible(message) !== message) return [];
  if (fix.split("\n").some((line) => (line.match(/["']/gu) ?? []).length % 2 === 1)) return [];
  return fix
    .split("\n")
    .map((line) => line.replace(/\s*--.*$/, "").trim())
    .filter((text) => text !== "")
    .map((text) => ({ text, transaction: "alone" }));
}

function exitCode(problems: readonly Problem[]): number {
  if (problems.some((problem) => problem.code === "node-unreachable")) return 5;
  return problems.some((problem) => problem.severity === "error") ? 4 : 0;
}
