/** Connections to both servers of a link, for COPY. */
import type pg from "pg";

import { Interrupted } from "../../domain/errors.ts";
import type { StepOf } from "../../domain/step.ts";
import type { Node } from "../../domain/topology.ts";
import { openClient } from "../../postgres/client.ts";
import type { DataTools } from "../data-tools.ts";

export interface Ends {
  readonly provider: pg.Client;
  readonly subscriber: pg.Client;
}

/** Runs `work` so many times side by side, each with a pair of connections once it asks for one; the first failure ends all of them. */
export async function withEnds(
  step: StepOf<"seed-table">,
  tools: DataTools,
  pairs: number,
  work: (ends: () => Promise<Ends>) => Promise<void>,
): Promise<void> {
  const subscriber = tools.topology.nodes.find((node) => node.name === step.node);
  if (subscriber === undefined) throw new Error(`node "${step.node}" is not in the topology`);
  const clients: pg.Client[] = [];
  const open = async (node: Node): Promise<pg.Client> => {
    const client = await openClient(node, { timeoutMs: tools.timeoutMs });
    clients.push(client);
    return client;
  };
  // Ending a connection rolls its transaction back: nothing half copied stays.
  const endAll = (): void => clients.forEach((client) => void client.end().catch(() => undefined));
  tools.signal.addEventListener("abort", endAll);
  try {
    await Promise.all(
      Array.from({ length: pairs }, async () => {
        let ends: Ends | undefined;
        await work(
          async () => (ends ??= { provider: await open(step.provider), subscriber: await open(subscriber) }),
        );
      }),
    );
  } catch (error) {
    if (tools.signal.aborted)
      throw new Interrupted("interrupted during a first copy", {
        code: "interrupted",
        node: step.node,
        hint: "Run the same command again: it goes on where it stopped.",
      });
    throw error;
  } finally {
    tools.signal.removeEventListener("abort", endAll);
    endAll();
  }
}
