/** What Tributary made at a node and somebody took away, switched off or altered, in words. */
import { SCHEMA_VERSION } from "./schema-version.ts";
import type { TributaryState } from "./state.ts";

export interface Damage {
  /** A clause. */
  readonly what: string;
  /** What follows from it, a clause. */
  readonly effect: string;
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
    ...captures
      .filter(({ isIntact }) => !isIntact)
      .map(({ relation }) => amiss(`capture of table "${relation}"`, "changes do not travel")),
    ...deliveries
      .filter(({ isIntact }) => !isIntact)
      .map(({ relation }) =>
        amiss(`delivery into table "${relation}"`, "messages may pass by, or rows lack protection"),
      ),
  ];
}

const amiss = (part: string, effect: string): Damage => ({
  what: `${part} is not as it was made: a trigger, a function or a table of it is missing, disabled or altered`,
  effect,
});
