/** Consent to rows that go above: `--drop-rows-of district-a=20150`, or a number that is typed. */
import { type DropsRowsError, mostByOwner } from "../apply/consent.ts";
import { UsageError } from "../domain/errors.ts";
import type { Topology } from "../domain/topology.ts";
import { didYouMean } from "../topology/nearest.ts";
import type { Context } from "./context.ts";

/** By node: the most rows in its name that may go from any one node above. */
export type DropRowsOf = Readonly<Record<string, number>>;

export const DROP_ROWS_OF = {
  type: "string",
  isRepeatable: true,
  value: "NODE=ROWS",
  summary:
    "Let at most so many rows of a node go from a tier above; more than 20, or 1 %, never go without; --yes does not mean it",
} as const;

/** Reads the option. Throws UsageError. */
export function dropRowsOf(topology: Topology, given: readonly string[] | undefined): DropRowsOf {
  const known = topology.nodes.map(({ name }) => name);
  return Object.fromEntries(
    (given ?? []).map((text) => {
      const [, node = "", rows = ""] = /^([^=]+)=(\d+)$/u.exec(text) ?? [];
      if (node === "")
        throw new UsageError(`--drop-rows-of is "${text}", needs to be a node and a number of rows`, {
          code: "usage",
          hint: "For example: --drop-rows-of district-a=20150.",
        });
      if (!known.includes(node))
        throw new UsageError(`--drop-rows-of: there is no node "${node}"`, {
          code: "unknown-node",
          hint: didYouMean(node, known).hint ?? "Name a node of the topology file.",
        });
      return [node, Number(rows)];
    }),
  );
}

/**
 * Asks for the numbers, where people can be asked. Throws `refusal` when nobody can, or when another number is typed: a number
 * is not typed by habit.
 */
export async function askToDrop(
  context: Context,
  refusal: DropsRowsError,
  given: DropRowsOf,
): Promise<DropRowsOf> {
  if (!context.canAsk) throw refusal;
  context.stderr(refusal.message);
  const agreed: Record<string, number> = { ...given };
  for (const [owner, rows] of mostByOwner(refusal.wanted)) {
    const answer = await context.ask(
      `${rows} rows in the name of "${owner}" would go from the tiers above. Type the number to agree, or nothing to stop:`,
    );
    if (answer !== String(rows)) throw refusal;
    agreed[owner] = rows;
  }
  return agreed;
}
