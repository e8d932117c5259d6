/** From copied to live: the stream replays what happened during the copy, up to a fence, and the result is counted. */
import { randomUUID } from "node:crypto";

import { z } from "zod";

import { DeadlineError, StepError } from "../domain/errors.ts";
import type { StepOf } from "../domain/step.ts";
import { relationName, subtreeOf, type TableRule } from "../domain/topology.ts";
import { defineQuery } from "../postgres/query.ts";
import type { DataTools } from "./data-tools.ts";
import { writeFence } from "../verify/fence.ts";
import type { TableOnLink } from "../verify/ends.ts";
import { until } from "../postgres/until.ts";
import { compareRows } from "./compare-rows.ts";
import { drainLink, expectNoRefusals, resumeLink } from "./link.ts";
import { queries } from "./seed/queries.ts";

const nothing = z.object({}).loose();
const placeOf = defineQuery("seed/place.sql", z.object({ place: z.string().nullable() }));
const count = z.coerce.number();
const expectFence = defineQuery("seed/expect-fence.sql", nothing);
const linkPhases = defineQuery(
  "seed/link-phases.sql",
  z.object({ set_name: z.string(), phase: z.enum(["seeding", "catching-up", "live"]) }),
);
const countOutgoing = defineQuery("seed/count-outgoing.sql", z.object({ rows: count }));
const countIncoming = defineQuery("seed/count-incoming.sql", z.object({ rows: count, parked: count }));

/** Counts that differ are counted again so often, each time behind all that was on its way. */
const LOOKS = 2;

interface SetTable {
  readonly set: string;
  readonly rule: TableRule;
}

/** Opens the link and proves it. Returns, per table, the rows expected and the rows present. */
export async function openLink(step: StepOf<"open-link">, tools: DataTools): Promise<string> {
  const provider = await tools.sessions.get(step.provider.name);
  const subscriber = await tools.sessions.get(step.node);
  // The subscriber expects the mark before the provider writes it, so that it can't pass unseen.
  const token = randomUUID();
  const { place } = await provider.one(placeOf);
  await subscriber.all(expectFence, step.provider.name, step.sets, token, place);
  await provider.all(writeFence, step.sets, token);
  const { engine, project } = step;
  await resumeLink({ engine, project, provider: step.provider.name, subscriber }, tools);
  let waiting = "";
  await until(
    async () => {
      const phases = await subscriber.all(linkPhases, step.provider.name);
      // A provider that went away is noticed now, not at the deadline.
      await provider.all(linkPhases, step.provider.name);
      const behind = phases.filter(({ set_name, phase }) => step.sets.includes(set_name) && phase !== "live");
      waiting = behind.map(({ set_name }) => `"${set_name}"`).join(", ");
      return behind.length === 0 ? true : expectNoRefusals(step.provider.name, subscriber);
    },
    {
      timeoutMs: tools.timeoutMs,
      signal: tools.signal,
      describe: () =>
        `the stream from "${step.provider.name}" to reach node "${step.node}" (sets behind: ${waiting})`,
    },
  );
  const proofs: string[] = [];
  for (const set of tools.topology.sets.filter(({ name }) => step.sets.includes(name)))
    for (const rule of set.tables) proofs.push(await proveTable(step, { set: set.name, rule }, tools));
  return proofs.join("; ");
}

/** Rows expected and rows present, once they agree. Under traffic the provider is counted before and after. */
async function proveTable(
  step: StepOf<"open-link">,
  { set, rule }: SetTable,
  tools: DataTools,
): Promise<string> {
  const provider = await tools.sessions.get(step.provider.name);
  const subscriber = await tools.sessions.get(step.node);
  const below = subtreeOf(tools.topology, step.provider.name);
  const relation = relationName(rule);
  const table: TableOnLink = { provider, subscriber, set, rule, below };
  const { engine, project } = step;
  const stream = { engine, project, provider: provider.node, subscriber };
  let seen = "";
  let looks = 0;
  const outgoing = async (): Promise<number> => (await provider.one(countOutgoing, relation, below)).rows;
  const isProven = async (): Promise<true | undefined> => {
    const before = await outgoing();
    const present = await subscriber.one(countIncoming, relation, below);
    const arrived = present.rows + present.parked;
    const after = await outgoing();
    seen = `${relation}: ${after.toLocaleString("en")} expected, ${present.rows.toLocaleString("en")} present${
      present.parked === 0 ? "" : `, ${present.parked} parked`
    }`;
    tools.progress(seen);
    const mayHoldMore = rule.onLeave === "keep";
    const isComplete =
      arrived >= Math.min(before, after) && (mayHoldMore || arrived <= Math.max(before, after));
    if (isComplete) return true;
    looks += 1;
    // What is on its way may account for it, once or twice. Then no more is to come: the rows themselves are compared.
    await drainLink(stream, set, provider, tools);
    if (looks <= LOOKS) return undefined;
    return (await compareRows(table, tools)) === "equal" ? true : undefined;
  };
  try {
    await until(isProven, {
      timeoutMs: tools.timeoutMs,
      signal: tools.signal,
      describe: () => `rows to agree (${seen})`,
    });
    return seen;
  } catch (error) {
    if (!(error instanceof DeadlineError || error instanceof StepError)) throw error;
    // The next apply opens and counts again. Until then the stream flows, and the link is not exact.
    await subscriber.all(queries.doubtLink, step.provider.name, step.sets);
    if (error instanceof StepError) throw error;
    throw new StepError(`node "${step.node}": ${seen}, needs as many as expected`, {
      code: "rows-missing",
      node: step.node,
      hint: 'Look at "tributary status" for parked rows and the last error of the link, then apply again.',
      cause: error,
    });
  }
}
