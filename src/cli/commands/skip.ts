/** Moves a stream past a transaction at which it stands still. */
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
  summary: "Move a node's stream past a transaction that stops it",
  description:
    "A stream stands still before a transaction that its upstream refuses (commands in pglogical.queue) or that cannot be\n" +
    "applied or sent at all. Finds that transaction in the node's WAL; one that is not refused is tried once more first, so\n" +
    "that nothing is skipped that gets through. Shows what it holds, asks, and lets the stream go on right behind it.\n" +
    "Nothing of the transaction is applied. The next apply compares the tables that it changed, and brings what is missing.\n" +
    "When several in a row stop the stream, run it again. On both engines.",
  examples: [
    ["tributary skip district-a", "show what stops the stream, ask, and move past it"],
    ["tributary skip district-a --yes && tributary apply --yes", "move past it and heal, without asking"],
  ],
  positionals: { provider: { summary: "The node whose stream stands still", isRequired: true } },
  options: { yes: { type: "boolean", alias: "y", summary: "Do not ask" } },
  async run(context, { provider, yes }) {
    const topology = await context.topology();
    const link = linkFrom(topology, provider);
    await using sessions = openSessions(context, topology, { project: topology.project });
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
        progress: (detail) => context.stderr(detail, "info", { isLine: true }),
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
