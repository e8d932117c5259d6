/** A figure over time, finer for what is recent: what a rate, or the moment when something was so, is read from. */

const HOUR = 3600;
const DAY = 24 * HOUR;

/** How far apart two points may be, in seconds, for points of an age below. The last age is where they end. */
const GRAINS: readonly { readonly until: number; readonly seconds: number }[] = [
  { until: HOUR, seconds: 0 },
  { until: DAY, seconds: 60 },
  { until: 30 * DAY, seconds: 3600 },
];
/** As it is kept over a restart. */
const SAVED_GRAINS: typeof GRAINS = [
  { until: HOUR, seconds: 60 },
  { until: DAY, seconds: 300 },
  { until: 30 * DAY, seconds: 3600 },
];
const THIN_EVERY = 64;
const LEAST_SPAN = 300;

export type Point = readonly [at: number, value: number];

/** Points in the order of time. Two arrays of numbers: five hundred nodes have millions of them. */
export class History {
  #times: number[] = [];
  #values: number[] = [];
  #untilThinned = THIN_EVERY;
  readonly #keepSeconds: number;

  /** `keepSeconds`: what is older is of no use. */
  constructor(points: readonly Point[] = [], keepSeconds = Number.POSITIVE_INFINITY) {
    this.#keepSeconds = keepSeconds;
    for (const [at, value] of points) this.#push(at, value);
  }

  /** Adds a point. One that is older than the last is left out. */
  add(at: number, value: number): void {
    if (at <= (this.#times.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    this.#push(at, value);
    this.#untilThinned -= 1;
    if (this.#untilThinned > 0) return;
    const kept = this.#thinned(GRAINS);
    this.#times = kept.map(([time]) => time);
    this.#values = kept.map(([, known]) => known);
    this.#untilThinned = THIN_EVERY;
  }

  clear(): void {
    this.#times = [];
    this.#values = [];
  }

  get last(): Point | undefined {
    return this.#point(this.#times.length - 1);
  }

  /** When a rising figure was last at or below `value`. Undefined when it never was. */
  lastAtOrBelow(value: number): number | undefined {
    return this.#times[firstAbove(this.#values, value) - 1];
  }

  /** Change per second over the last `seconds`. Undefined when less than five minutes are known: a burst is no rate. */
  rate(seconds: number): number | undefined {
    const last = this.last;
    if (last === undefined) return undefined;
    const first = this.#point(firstAbove(this.#times, last[0] - seconds - 1));
    const span = first === undefined ? 0 : last[0] - first[0];
    return first === undefined || span < LEAST_SPAN ? undefined : (last[1] - first[1]) / span;
  }

  /** What is kept over a restart. */
  saved(): readonly Point[] {
    return this.#thinned(SAVED_GRAINS);
  }

  #push(at: number, value: number): void {
    this.#times.push(at);
    this.#values.push(value);
  }

  #point(index: number): Point | undefined {
    const [at, value] = [this.#times[index], this.#values[index]];
    return at === undefined || value === undefined ? undefined : [at, value];
  }

  /** The newest point, and before it those that are far enough from the next newer one that is kept. */
  #thinned(grains: typeof GRAINS): readonly Point[] {
    const newest = this.#times.at(-1) ?? 0;
    const kept: Point[] = [];
    for (let index = this.#times.length - 1; index >= 0; index -= 1) {
      const point = this.#point(index);
      if (point === undefined) continue;
      const grain = grains.find(({ until }) => newest - point[0] <= until);
      if (grain === undefined || newest - point[0] > this.#keepSeconds) break;
      const next = kept.at(-1);
      if (next === undefined || next[0] - point[0] >= grain.seconds) kept.push(point);
    }
    return kept.toReversed();
  }
}

/** Index of the first item above `limit` in a list that rises. */
function firstAbove(items: readonly number[], limit: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
