/** A rule looks at what the shape alone cannot say. */
import type { Draft } from "../draft.ts";
import type { ResolvedDsn } from "../secrets.ts";
import type { Finding } from "../source.ts";

interface Facts {
  readonly draft: Draft;
  /** By the name of the node; those that are sound. */
  readonly dsns: ReadonlyMap<string, ResolvedDsn>;
}

export type Rule = (facts: Facts) => readonly Finding[];

/** Every two things with the same key, as [first, other] for each other. */
export function sameKey<T>(things: readonly T[], keyOf: (thing: T) => string | undefined): readonly [T, T][] {
  const firsts = new Map<string, T>();
  return things.flatMap((thing): [T, T][] => {
    const key = keyOf(thing);
    if (key === undefined) return [];
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, thing);
    return first === undefined ? [] : [[first, thing]];
  });
}
