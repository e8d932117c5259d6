/** One comparison at a time on a node. */

/** Lets work that needs the same node wait for its turn. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all that was to be done on these nodes before is done, well or not. */
  async take<Value>(names: readonly string[], work: () => Promise<Value>): Promise<Value> {
    const before = names.map((name) => this.#last.get(name) ?? Promise.resolve());
    const turn = Promise.allSettled(before).then(work);
    for (const name of names)
      this.#last.set(
        name,
        turn.catch(() => undefined),
      );
    return await turn;
  }
}
