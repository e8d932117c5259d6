/** Poller, records and picture together: what a server or a terminal shows. */
import { setTimeout as pause } from "node:timers/promises";

import type { Link } from "../domain/topology.ts";
import { type LinkView, type Picture, draw } from "./picture.ts";
import { Poller, type PollerOptions } from "./poller.ts";
import type { NodeRecord } from "./record.ts";
import type { Shape } from "./shape.ts";

/** A monitor of some nodes compares links between them: of other links, it need not reach the other end. */
export const isComparedHere = (
  { provider, subscriber }: Link,
  nodes: readonly string[] | undefined,
): boolean => nodes === undefined || (nodes.includes(provider.name) && nodes.includes(subscriber.name));

function notCompared(view: LinkView): LinkView {
  const { verifyIntervalSeconds, ...rest } = view;
  return verifyIntervalSeconds === undefined ? view : rest;
}

export class Watcher {
  readonly poller: Poller;
  readonly version: string;
  readonly startedAt = Date.now() / 1000;
  #shape: Shape;
  #options: PollerOptions;

  constructor(
    shape: Shape,
    options: PollerOptions & { readonly version: string },
    records?: Map<string, NodeRecord>,
  ) {
    this.#shape = shape;
    this.#options = options;
    this.version = options.version;
    this.poller = new Poller(shape, options, records);
  }

  get intervalSeconds(): number {
    return this.#options.intervalMs / 1000;
  }

  /** Goes on with another file. */
  change(shape: Shape, options: PollerOptions): void {
    this.#shape = shape;
    this.#options = options;
    this.poller.change(shape, options);
  }

  /** The tree as it is known now; of one node alone where it is named. */
  picture(only?: string): Picture {
    const names = only === undefined ? this.#options.nodes : [only];
    const whole = draw(this.#shape, this.poller.records, Date.now() / 1000);
    if (names === undefined) return whole;
    return {
      ...whole,
      nodes: whole.nodes.filter(({ node }) => names.includes(node.name)),
      links: whole.links
        .filter(({ link }) => names.includes(link.provider.name) || names.includes(link.subscriber.name))
        .map((view) => (isComparedHere(view.link, this.#options.nodes) ? view : notCompared(view))),
      heartbeats: whole.heartbeats.filter(({ observer }) => names.includes(observer)),
    };
  }

  knows(name: string): boolean {
    return this.#shape.topology.nodes.some((node) => node.name === name);
  }

  /** Looks at one node now, for no longer than that. A node that does not answer by then is down. */
  async probe(name: string, limitMs: number): Promise<void> {
    const done = new AbortController();
    const late = pause(limitMs, true, { signal: done.signal }).catch(() => false);
    const isLate = await Promise.race([this.poller.lookAt(name).then(() => false), late]);
    done.abort();
    if (isLate) this.poller.giveUp(name);
  }

  /** A round is complete, and not too long ago. */
  isReady(): boolean {
    const { cycleCompletedAt } = this.poller;
    const patience = Math.max(60, (4 * this.#options.intervalMs) / 1000);
    return cycleCompletedAt !== undefined && Date.now() / 1000 - cycleCompletedAt < patience;
  }

  onTrouble(text: string): void {
    this.#options.onTrouble(text);
  }
}
