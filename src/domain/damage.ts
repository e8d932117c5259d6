/** What Tributary made at a node and somebody took away, switched off or altered, in words. */
import { SCHEMA_VERSION } from "./schema-version.ts";
import type { TributaryState } from "./state.ts";

export interface Damage {
  /** A clause. */
  readonly what: string;
  /** What follows from it, a clause. */
  readonly effect: string;
  /** What mends it. Absent: apply does. */
  readonly fix?: string;
}

/** Of a node with this program's version of the schema; apply makes the others. */
export function damagesOf(tributary: TributaryState | undefined): readonly Damage[] {
  if (tributary?.version !== SCHEMA_VERSION) return [];
  const { damage = [], outboxes, captures, deliveries } = tributary;
  return [
    ...damage.map((what) => ({ what, effect: "what depends on it cannot be relied on" })),
    ...outboxes
      .filter(({ isIntact }) => !isIntact)
      .map(({ set }) => amiss(`the outbox of set "${set}"`, "messages may be refused or pass by")),
    ...captures.flatMap((found) => tableDamage(found, "capture of", "changes do not travel")),
    ...deliveries.flatMap((found) =>
      tableDamage(found, "delivery into", "messages may pass by, or rows lack protection"),
    ),
  ];
}

function tableDamage(
  found: { readonly relation: string; readonly isIntact: boolean; readonly taken?: string },
  part: string,
  effect: string,
): readonly Damage[] {
  const { relation, isIntact, taken } = found;
  if (isIntact) return [];
  if (taken === undefined) return [amiss(`${part} table "${relation}"`, effect)];
  return [
    {
      what: taken,
      effect: "what is read and written under that name need not be what travels",
      fix: `Name the table that is written in the topology file, or give it the name ${relation}. Then run tributary apply, which compares.`,
    },
  ];
}

const amiss = (part: string, effect: string): Damage => ({
  what: `${part} is not as it was made: a trigger, a function or a table of it is missing, disabled or altered`,
  effect,
});
