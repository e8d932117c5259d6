/** Shows where one row is, and why it is not further. */
import { setTimeout as pause } from "node:timers/promises";

import { expectWholeKeys } from "../../apply/emit.ts";
import { ConnectionError, PreconditionError, UsageError } from "../../domain/errors.ts";
import { relationName, type Topology } from "../../domain/topology.ts";
import { isMissing } from "../../postgres/errors.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import type { Wanted } from "../../trace/look.ts";
import { takesPart, trace as traceRow } from "../../trace/trace.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { parseKey, parseRelation } from "../keys.ts";
import { isWell, renderTrace, traceAsJson } from "../render/trace.ts";
import { openSessions } from "../run-plan.ts";
import { standingsOf } from "../standings.ts";

const NOT_EVERYWHERE = 10;
/** Between two looks at what is on its way. */
const PACE_MS = 2000;

export const trace = defineCommand({
  name: "trace",
  summary: "Show where one row is, and why it is not further",
  description:
    "Asks every node from where the row was written up to the root: is it there, which values differ, does it pass the\n" +
    "filter and which condition fails, who wrote or withdrew it and when, and how the links stand that it has to pass.\n" +
    "It changes nothing. A node that cannot be reached is part of the answer.",
  examples: [
    ["tributary trace public.document 17", "find the row, wherever it was written"],
    ["tributary trace public.document 17 --node district-a", "the row that this node has"],
    [`tributary trace public.measure '["2026-11-21", "7"]'`, "a key of two columns, as JSON"],
    ["tributary trace public.document 17 --json --detailed-exitcode", "for a program"],
  ],
  positionals: {
    table: { summary: "The table, as schema.table", isRequired: true },
    key: { summary: "The row's key; several columns as a JSON array", isRequired: true },
  },
  options: {
    "detailed-exitcode": {
      type: "boolean",
      summary: "Exit code 10 when it is not everywhere it should be, or that cannot be told",
    },
  },
  async run(context, { table, key, "detailed-exitcode": isDetailed }) {
    const topology = await context.topology();
    const wanted = { relation: parseRelation(table), key: parseKey(key) };
    expectKnown(topology, wanted);
    const at = nodeOf(context, topology, wanted);
    await using sessions = openSessions(context, topology, { project: topology.project });
    await expectWholeKey(topology, sessions, wanted, at);
    const tools = {
      sessions,
      standings: (nodes: readonly string[]) =>
        standingsOf(topology, {
          nodes,
          sessions,
          signal: context.signal,
          ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
        }),
      pause: () => pause(PACE_MS, undefined, { signal: context.signal }),
    };
    const found = await traceRow(topology, tools, wanted, at);
    context.stdout(context.json ? JSON.stringify(traceAsJson(found)) : renderTrace(found));
    return isDetailed && !isWell(found) ? NOT_EVERYWHERE : 0;
  },
});

function expectKnown({ sets }: Topology, { relation }: Wanted): void {
  const known = sets.flatMap(({ tables }) => tables.map(relationName));
  if (known.includes(relation)) return;
  throw new PreconditionError(`table "${relation}" is in no set of the topology`, {
    code: "table-unknown",
    hint: `Name one that is: ${known.join(", ")}.`,
  });
}

function nodeOf({ nodes = [] }: Context, topology: Topology, wanted: Wanted): string | undefined {
  const [node, ...others] = nodes;
  if (others.length > 0)
    throw new UsageError("trace follows one node's row", { code: "usage", hint: "Give --node once." });
  if (node !== undefined && !takesPart(topology, node, wanted))
    throw new UsageError(`table "${wanted.relation}" does not travel from or to node "${node}"`, {
      code: "usage",
      hint: `Name a node that has it in its sets, or leave --node out.`,
    });
  return node;
}

/** The key's columns are those of the first node that can tell; when none can, the trace says why. */
async function expectWholeKey(
  topology: Topology,
  sessions: Sessions,
  { relation, key }: Wanted,
  at: string | undefined,
): Promise<void> {
  const names = topology.nodes
    .map(({ name }) => name)
    .filter((name) => takesPart(topology, name, { relation }));
  for (const name of [...(at === undefined ? [] : [at]), ...names.filter((other) => other !== at)])
    try {
      return await expectWholeKeys(await sessions.get(name), { relation, keys: [key] });
    } catch (error) {
      const isSilent = error instanceof ConnectionError || error instanceof PreconditionError;
      if (!isSilent && !isMissing(error)) throw error;
    }
}
