/** How large a range is: large enough that its overhead does not count, small enough that a kill costs little. */

export interface Size {
  readonly firstBytes: number;
  readonly mostBytes: number;
  /** A range that takes less may be followed by a larger one. */
  readonly quickMs: number;
}

const MIB = 1024 * 1024;
/** Of what is copied from server to server. */
export const COPIED: Size = { firstBytes: 8 * MIB, mostBytes: 64 * MIB, quickMs: 500 };
/** Of what goes through the stream: the rows are locked while they are written, and a slow line has to carry them. */
export const STREAMED: Size = { firstBytes: MIB / 4, mostBytes: 2 * MIB, quickMs: 2000 };

const LEAST_ROWS = 50;
const MOST_ROWS = 100_000;
/** A kill costs about so much time, on a fast line and on a slow one. */
const SLOW_MS = 3000;

/** Grows while ranges are quick, shrinks while they are slow. */
export class Pace {
  readonly #mostRows: number;
  readonly #quickMs: number;
  #rows: number;

  /** `rowBytes`: of the provider's table, about. */
  constructor(rowBytes: number, { firstBytes, mostBytes, quickMs }: Size) {
    this.#quickMs = quickMs;
    this.#mostRows = bounded(mostBytes / rowBytes, MOST_ROWS);
    this.#rows = bounded(firstBytes / rowBytes, this.#mostRows);
  }

  /** Of the next range. */
  get rows(): number {
    return this.#rows;
  }

  /** A range took so long. */
  took(milliseconds: number): void {
    if (milliseconds < this.#quickMs) this.#rows = bounded(this.#rows * 2, this.#mostRows);
    else if (milliseconds > SLOW_MS) this.#rows = bounded(this.#rows / 2, this.#mostRows);
  }
}

const bounded = (rows: number, most: number): number =>
  Math.min(Math.max(Math.trunc(rows), LEAST_ROWS), Math.max(most, LEAST_ROWS));
