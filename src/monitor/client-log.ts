/** What is told of clients: anybody can send as many bad requests as there is bandwidth, and no disk may be filled with them. */

/** At most one line, and one that counts the others, in that time. */
const QUIET_MS = 60_000;

export class ClientLog {
  readonly #tell: (text: string) => void;
  readonly #quietMs: number;
  #timer: NodeJS.Timeout | undefined;
  #untold = 0;

  constructor(tell: (text: string) => void, quietMs = QUIET_MS) {
    this.#tell = tell;
    this.#quietMs = quietMs;
  }

  /** Tells it, or counts it when something was told lately. */
  note(text: string): void {
    if (this.#timer !== undefined) {
      this.#untold += 1;
      return;
    }
    this.#tell(text);
    this.#timer = setTimeout(() => this.#sumUp(), this.#quietMs);
    this.#timer.unref();
  }

  #sumUp(): void {
    this.#timer = undefined;
    const untold = this.#untold;
    this.#untold = 0;
    if (untold === 0) return;
    this.note(
      `clients: ${untold} more ${untold === 1 ? "request" : "requests"} like that in the last ${Math.ceil(this.#quietMs / 1000)} s`,
    );
  }
}
