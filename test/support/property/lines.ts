/** The lines of a tree, which are cut and mended. */
import { subscriptionName } from "../../../src/domain/names.ts";
import type { EngineKind } from "../../../src/domain/topology.ts";
import { engines } from "../../../src/engine/index.ts";
import { Sessions } from "../../../src/postgres/sessions.ts";
import type { TestTree } from "../cluster.ts";
import type { Cut, Link } from "./round.ts";

const REGION = "east";

export class Lines {
  #present: { readonly link: Link; readonly how: Cut } | undefined;
  readonly #tree: TestTree;
  readonly #engine: EngineKind;

  constructor(tree: TestTree, engine: EngineKind) {
    this.#tree = tree;
    this.#engine = engine;
  }

  /** The region's server. */
  get isStopped(): boolean {
    return this.#present?.how === "stopped";
  }

  /** Nothing where one is cut already. */
  async cut(link: Link, how: Cut): Promise<void> {
    if (this.#present !== undefined) return;
    this.#present = { link, how };
    if (how === "stopped") await this.#tree.cluster(REGION).stop();
    else await this.#switch(link, false);
  }

  async mend(): Promise<void> {
    const present = this.#present;
    this.#present = undefined;
    if (present?.how === "paused") return await this.#switch(present.link, true);
    if (present === undefined) return;
    await this.#tree.cluster(REGION).start();
    // pglogical itself may wait for three minutes before it connects again.
    for (const { name, upstream } of this.#tree.nodes) {
      if (upstream === undefined) continue;
      await this.#switch(name, false);
      await this.#switch(name, true);
    }
  }

  async #switch(provider: string, isOn: boolean): Promise<void> {
    await using sessions = new Sessions(this.#tree.nodes);
    const session = await sessions.get(this.#tree.node(provider).upstream ?? "");
    const name = subscriptionName("slm", provider);
    await session.run(isOn ? engines[this.#engine].resume(name) : engines[this.#engine].pause(name));
  }
}
