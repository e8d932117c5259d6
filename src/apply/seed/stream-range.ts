/** The first copy of one range of keys through the stream: sent, awaited, and proven. */
import { StepError } from "../../domain/errors.ts";
import type { StepOf } from "../../domain/step.ts";
import { relationName, ruleSignature } from "../../domain/topology.ts";
import type { Session } from "../../postgres/session.ts";
import type { DataTools } from "../data-tools.ts";
import { drainLink } from "../link.ts";
import { keepRate } from "../../postgres/keep-rate.ts";
import { afterLocks } from "../after-locks.ts";
import { type Digest, sameDigest } from "./client.ts";
import { queries } from "./queries.ts";
import type { Range } from "./range.ts";

/** A table on its way through the stream. */
export interface Streaming {
  readonly step: StepOf<"seed-table">;
  readonly tools: DataTools;
  readonly columns: readonly string[];
  readonly below: readonly string[];
  readonly provider: Session;
  readonly subscriber: Session;
}

type Way = "adopted" | "emitted";

/** How often a range is looked at while people write it. Its rows are in order with theirs; the link's proof counts them. */
const LOOKS = 5;

/** Makes one range equal at the subscriber and records it there. Returns the rows it now holds. */
export async function streamRange(streaming: Streaming, range: Range): Promise<number> {
  const { step, subscriber } = streaming;
  const relation = relationName(step.rule);
  const before = await digestBelow(streaming, range);
  const present = await digestAbove(streaming, range);
  const isThere = sameDigest(before, present);
  const held = isThere ? present : await send(streaming, range);
  const way: Way = isThere ? "adopted" : "emitted";
  await subscriber.all(
    queries.recordChunk,
    step.provider.name,
    relation,
    ruleSignature(step.rule),
    range.lower,
    range.upper,
    held.rows,
    held.hash,
    way,
  );
  return held.rows;
}

async function send(streaming: Streaming, range: Range): Promise<Digest> {
  const { step, tools, provider, subscriber, below } = streaming;
  const relation = relationName(step.rule);
  const locked = { ...tools, node: provider.node, relation };
  const start = performance.now();
  const { bytes } = await afterLocks(locked, () =>
    provider.one(queries.emitRange, step.set, relation, below, range.lower, range.upper),
  );
  for (const { owner, keys } of await subscriber.all(
    queries.incomingKeys,
    relation,
    below,
    range.lower,
    range.upper,
  ))
    await afterLocks(locked, () => provider.one(queries.emitAbsent, step.set, relation, below, owner, keys));
  for (let look = 1; ; look += 1) {
    // What the provider has before and after the mark that the subscriber is compared at.
    const before = await digestBelow(streaming, range);
    await drainLink(
      { engine: step.engine, project: step.project, provider: step.provider.name, subscriber },
      step.set,
      provider,
      tools,
    );
    const present = await digestAbove(streaming, range);
    const after = await digestBelow(streaming, range);
    const isProven = sameDigest(before, present) || sameDigest(after, present);
    const isBusy = !sameDigest(before, after);
    if (!isProven && isBusy && look < LOOKS) continue;
    if (!isProven && !isBusy && !(await isParked(streaming, range)))
      throw differs(streaming, range, after, present);
    await keepRate(
      { bytes, tookMs: performance.now() - start, bytesPerSecond: tools.seed?.bytesPerSecond ?? 0 },
      tools.signal,
    );
    return present;
  }
}

/** Parked rows are missing; the link's proof counts them. */
async function isParked({ step, subscriber, below }: Streaming, { lower, upper }: Range): Promise<boolean> {
  return (await subscriber.one(queries.parkedInRange, relationName(step.rule), below, lower, upper)).parked;
}

const digestBelow = ({ step, provider, columns, below }: Streaming, range: Range): Promise<Digest> =>
  provider.one(queries.outgoingDigest, ...rangeOf(step, columns, below, range));

const digestAbove = ({ step, subscriber, columns, below }: Streaming, range: Range): Promise<Digest> =>
  subscriber.one(queries.incomingDigest, ...rangeOf(step, columns, below, range));

const rangeOf = (
  { rule }: StepOf<"seed-table">,
  columns: readonly string[],
  below: readonly string[],
  { lower, upper }: Range,
) => [relationName(rule), columns, below, lower, upper, rule.shared === true] as const;

function differs({ step }: Streaming, { lower, upper }: Range, expected: Digest, present: Digest): StepError {
  return new StepError(
    `node "${step.node}": after the copy of ${relationName(step.rule)} from "${step.provider.name}" the rows after key ` +
      `${JSON.stringify(lower)} up to ${JSON.stringify(upper)} are ${present.rows} with hash ${present.hash}, need ${expected.rows} with ${expected.hash}`,
    {
      code: "copy-differs",
      node: step.node,
      hint: 'Compare the table\'s columns on both nodes with "tributary doctor", then apply again.',
    },
  );
}
