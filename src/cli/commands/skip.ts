/** Moves a stream past commands that the guard refused. */
import { journalFile, openJournal } from "../../apply/journal.ts";
import { skipRefused } from "../../apply/skip.ts";
import { Interrupted, UsageError } from "../../domain/errors.ts";
import { linksUpward, type Link, type Topology } from "../../domain/topology.ts";
import type { NextTransaction } from "../../engine/refusals.ts";
import { didYouMean } from "../../topology/nearest.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { renderMovedOn, renderRefused, renderSkipped } from "../render/skip.ts";
import { openSessions } from "../run-plan.ts";

/** How long to wait for the stream to stop, unless --timeout says otherwise. */
const TIMEOUT_MS = 60_000;

export const skip = defineCommand({
  name: "skip",
  summary: "Move a node's stream past commands that its upstream refused",
  description:
    "A node below may send rows, never commands: a transaction with SQL in pglogical.queue is refused at the\n" +
    "upstream, and the stream stands still there. Finds that transaction in the node's WAL, shows what it holds, asks, and\n" +
    "lets the stream go on right behind it. Nothing of the transaction is applied. The next apply compares the tables\n" +
    "that it changed, and brings what is missing. When several in a row are refused, run it again.",
  examples: [
    ["tributary skip district-a", "show what is refused, ask, and move past it"],
    ["tributary skip district-a --yes && tributary apply --yes", "move past it and heal, without asking"],
  ],
  positionals: { provider: { summary: "The node that sent the commands", isRequired: true } },
  options: { yes: { type: "boolean", alias: "y", summary: "Do not ask" } },
  async run(context, { provider, yes }) {
    const topology = await context.topology();
    const link = linkFrom(topology, provider);
    await using sessions = openSessions(context, topology);
    const journal = openJournal(journalFile(context.topologyFile));
    const note = (skipping: string, transaction: NextTransaction): void =>
      journal.note({ project: topology.project, skip: provider, status: skipping, ...transaction });
    const skipped = await skipRefused(
      link,
      {
        topology,
        sessions,
        signal: context.signal,
        timeoutMs: context.timeoutMs ?? TIMEOUT_MS,
        progress: (detail) => context.stderr(detail),
      },
      async (transaction) => {
        await agree(context, link, transaction, yes);
        note("started", transaction);
      },
    );
    if (skipped !== undefined) note("done", skipped);
    context.stdout(context.json ? asJson(link, skipped) : told(link, skipped));
    return 0;
  },
});

function linkFrom(topology: Topology, name: string): Link {
  const links = linksUpward(topology);
  const link = links.find((candidate) => candidate.provider.name === name);
  if (link !== undefined) return link;
  const isRoot = topology.nodes.some((node) => node.name === name);
  const senders = links.map((candidate) => candidate.provider.name);
  throw new UsageError(
    isRoot ? `node "${name}" has no upstream: it sends to nobody` : `there is no node "${name}"`,
    {
      code: "unknown-node",
      hint: didYouMean(name, senders).hint ?? "Name a node of the topology file that has an upstream.",
    },
  );
}

async function agree(
  context: Context,
  link: Link,
  transaction: NextTransaction,
  yes: boolean,
): Promise<void> {
  if (!context.json || !yes) context.stderr(renderRefused(link, transaction));
  if (yes || (await context.confirm("Skip this transaction?"))) return;
  throw new Interrupted("nothing was skipped: the stream still stands there", {
    code: "declined",
    node: link.subscriber.name,
    hint: "Run the same command again when you know enough.",
  });
}

function told(link: Link, skipped: NextTransaction | undefined): string {
  return skipped === undefined ? renderMovedOn(link) : renderSkipped(link, skipped);
}

function asJson({ provider, subscriber }: Link, skipped: NextTransaction | undefined): string {
  return JSON.stringify({ provider: provider.name, subscriber: subscriber.name, skipped: skipped ?? null });
}
