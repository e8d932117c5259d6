/** Looks that clients ask for: shared by all who ask for the same, a few at a time, and rendered one after the other. */
import { setImmediate as yieldTurn } from "node:timers/promises";

import { type Format, footerText } from "./exposition.ts";
import { exposition } from "./metrics.ts";
import type { Watcher } from "./watcher.ts";

/** Nodes that do not answer keep their places until their time is over, so there are more than a few. */
const AT_A_TIME = 16;
/** As many nodes as the largest trees have. */
const WAITING = 600;
/** A scrape says how long it waits; by then it has its answer. Nobody can make a node look dead by waiting for an instant. */
const SECONDS = { preset: 10, least: 2, most: 30, margin: 0.5 };

export class Probes {
  readonly #watcher: Watcher;
  readonly #shared = new Map<string, Promise<string | undefined>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #rendered: Promise<unknown> = Promise.resolve();

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /** What a look at the node shows. Undefined: too many others ask. `seconds`: what the client says that it waits. */
  async ask(target: string, format: Format, seconds: number): Promise<string | undefined> {
    const wanted = Number.isFinite(seconds) && seconds > 0 ? seconds : SECONDS.preset;
    const limit = Math.min(SECONDS.most, Math.max(SECONDS.least, Math.floor(wanted)));
    const key = JSON.stringify([target, format, limit]);
    const present = this.#shared.get(key);
    if (present !== undefined) return await present;
    if (this.#waiting.length >= WAITING) return undefined;
    const answer = this.#look(target, format, (limit - SECONDS.margin) * 1000).finally(() =>
      this.#shared.delete(key),
    );
    this.#shared.set(key, answer);
    return await answer;
  }

  async #look(target: string, format: Format, limitMs: number): Promise<string | undefined> {
    const asked = performance.now();
    await this.#place();
    try {
      const leftMs = limitMs - (performance.now() - asked);
      if (leftMs <= 0) return undefined;
      await this.#watcher.probe(target, leftMs);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
    return await this.inTurn(
      () => [...exposition(this.#watcher.picture(target), format)].join("") + footerText(format),
    );
  }

  /** Drawing a large tree takes a moment: between two of them, others have theirs. */
  inTurn<Result>(render: () => Result): Promise<Result> {
    const rendered = this.#rendered.then(async () => {
      await yieldTurn();
      return render();
    });
    this.#rendered = rendered.catch(() => undefined);
    return rendered;
  }

  /** Waits for one of the places. */
  async #place(): Promise<void> {
    if (this.#running >= AT_A_TIME) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
  }
}
