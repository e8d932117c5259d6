/** Random numbers that a seed gives again. */

export interface Random {
  /** From `low` to `high`, both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** So many of the items, in an order of their own. */
  some<Item>(items: readonly Item[], count: number): Item[];
}

/** Mulberry32: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick: Random["pick"] = (items) => {
    if (items.length === 0) throw new Error("there is nothing to pick from");
    return items[int(0, items.length - 1)] as (typeof items)[number];
  };
  return {
    int,
    pick,
    chance: (probability) => next() < probability,
    some: (items, count) =>
      items
        .map((item) => ({ item, rank: next() }))
        .toSorted((left, right) => left.rank - right.rank)
        .slice(0, count)
        .map(({ item }) => item),
  };
}
