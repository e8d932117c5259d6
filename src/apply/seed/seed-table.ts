/** The first copy of one table over one link: verified range by range, resumable, beside running writes. */
import { StepError } from "../../domain/errors.ts";
import type { StepOf } from "../../domain/step.ts";
import { relationName, ruleSignature, subtreeOf } from "../../domain/topology.ts";
import type { Session } from "../../postgres/session.ts";
import { DropsRowsError, UnprovenError } from "../consent.ts";
import type { SeedTools } from "../data-tools.ts";
import { drainLink, pauseLink, resumeLink } from "../link.ts";
import { mendTable } from "./mend.ts";
import { type Key, queries } from "./queries.ts";
import { COPIED, Pace, STREAMED } from "./pace.ts";
import { type Copy, copyRange, type Range } from "./range.ts";
import { streamRange } from "./stream-range.ts";
import { expectConsent } from "./surplus.ts";
import { withEnds } from "./with-ends.ts";

/** Ranges on their way at the same time: the provider reads one while the subscriber writes another. */
const WORKERS = 2;

/**
 * Copies what is missing. From server to server, the stream stands still meanwhile and replays on top, so that no change is
 * lost; through the stream, it runs. Where the comparison fails, or nobody agreed to what it would remove, or a row cannot be written
 * above, the stream flows all the same, and the link is not exact.
 */
export async function seedTable(step: StepOf<"seed-table">, tools: SeedTools): Promise<string> {
  try {
    return await makeEqual(step, tools);
  } catch (error) {
    const isVerdict =
      error instanceof DropsRowsError ||
      error instanceof UnprovenError ||
      (error instanceof StepError && ["copy-differs", "unconvertible"].includes(error.code));
    if (!isVerdict) throw error;
    const { engine, project, provider } = step;
    const subscriber = await tools.sessions.get(step.node);
    await subscriber.all(queries.doubtLink, provider.name, [step.set]);
    await resumeLink({ engine, project, provider: provider.name, subscriber }, tools);
    throw error;
  }
}

async function makeEqual(step: StepOf<"seed-table">, tools: SeedTools): Promise<string> {
  const relation = relationName(step.rule);
  const rule = ruleSignature(step.rule);
  const provider = await tools.sessions.get(step.provider.name);
  const subscriber = await tools.sessions.get(step.node);
  const { engine, project } = step;
  const stream = { engine, project, provider: step.provider.name, subscriber };
  // What was captured under another rule must not replay on top of the copy.
  const drain = await subscriber.one(queries.needsDrain, step.provider.name, step.set, relation, rule);
  if (drain.needed) await drainLink(stream, step.set, provider, tools);
  await subscriber.all(queries.begin, step.provider.name, step.set);
  await subscriber.all(queries.forget, step.provider.name, relation, rule);
  const facts = await provider.one(queries.facts, relation);
  const above = await subscriber.one(queries.facts, relation);
  // Ranges of text mean the same rows only where both servers sort alike; else the table is one range.
  const isSplit = facts.collation === above.collation;
  // What may stay above after it left the filter cannot be told from what must go: that takes a look at all rows.
  const isStreamed = isSplit && tools.seed?.way === "stream" && step.rule.onLeave === "retract";
  const below = subtreeOf(tools.topology, step.provider.name);
  const done = await subscriber.all(queries.chunks, step.provider.name, relation, rule);
  const isBegun = done.length > 0;
  const mended = await mendTable({ step, tools, provider, subscriber, below, isBegun });
  if (mended !== undefined) return mended;
  await expectConsent({ step, tools, provider, subscriber, below });
  const direct = isStreamed ? resumeLink : pauseLink;
  await direct(stream, tools);
  const copy: Copy = {
    step,
    columns: facts.columns,
    format: facts.binary_types !== null && facts.binary_types === above.binary_types ? "binary" : "text",
    below,
    tools,
  };
  const pace = isSplit ? new Pace(facts.row_bytes, isStreamed ? STREAMED : COPIED) : undefined;
  let rows = done.reduce((sum, chunk) => sum + chunk.rows, 0);
  const ranges = sharedIterator(pendingRanges(provider, relation, pace, done));
  const take = async (bring: (range: Range) => Promise<number>): Promise<void> => {
    for await (const range of ranges) {
      const start = performance.now();
      rows += await bring(range);
      pace?.took(performance.now() - start);
      tools.progress(`${relation}: ${rows.toLocaleString("en")} rows`);
    }
  };
  if (isStreamed) await take((range) => streamRange({ ...copy, provider, subscriber }, range));
  else {
    await expectConvertible(step, provider, below);
    await withEnds(step, tools, WORKERS, (ends) =>
      take(async (range) => copyRange(copy, range, await ends())),
    );
  }
  const result = await subscriber.one(queries.finish, step.provider.name, relation, rule);
  return `${relation}: ${result.rows.toLocaleString("en")} rows (${told(result)})`;
}

/** The stream parks a row that it cannot write above; COPY would end at it. Throws StepError with its key. */
async function expectConvertible(
  { provider: { name }, rule }: StepOf<"seed-table">,
  provider: Session,
  below: readonly string[],
): Promise<void> {
  const relation = relationName(rule);
  const { rows, keys } = await provider.one(queries.unconvertible, relation, below);
  if (rows === 0) return;
  throw new StepError(
    `node "${name}": ${rows.toLocaleString("en")} rows of ${relation} have characters that the database above cannot write; the first keys: ${(keys ?? []).join(", ")}`,
    { code: "unconvertible", node: name, hint: "Correct these rows there, then apply again." },
  );
}

/** What is neither copied, adopted nor merged went through the stream. */
function told({
  rows,
  copied,
  adopted,
  merged,
}: Readonly<Record<"rows" | "copied" | "adopted" | "merged", number>>): string {
  const sent = rows - copied - adopted - merged;
  return `${copied} copied, ${adopted} adopted, ${merged} merged${sent === 0 ? "" : `, ${sent} sent`}`;
}

/** The ranges that are not done yet, in the order of keys. Those that are done keep the bounds they had. */
async function* pendingRanges(
  provider: Session,
  relation: string,
  pace: Pace | undefined,
  done: readonly Range[],
): AsyncGenerator<Range> {
  const doneFrom = new Map(done.map((range) => [JSON.stringify(range.lower), range]));
  const last = (await provider.one(queries.lastKey, relation)).bound;
  let lower: Key | null = null;
  do {
    const finished = doneFrom.get(JSON.stringify(lower));
    let upper: Key | null;
    if (finished !== undefined) upper = finished.upper;
    else {
      upper = (
        await provider.one(queries.nextBound, relation, lower, last, pace?.rows ?? Number.MAX_SAFE_INTEGER)
      ).bound;
      yield { lower, upper };
    }
    lower = upper;
  } while (lower !== null);
}

/** Several loops may take from it; each item goes to one of them. When one stops, the others go on. */
function sharedIterator<Item>(source: AsyncGenerator<Item>): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) };
}
