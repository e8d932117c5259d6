/** What an administrator does who misses rows: has pglogical copy one table again. It leaks drafts. */
import { type Session, connect } from "../../../postgres/session.ts";
import { eventually } from "../../eventually.ts";
import { writeDocuments } from "../tree.ts";
import { type NaiveTree, untilCopied } from "./provision.ts";
import { untilPassed } from "./passage.ts";
import { lockWaits, resynchronize } from "./sql.ts";

const OFFICE = "district-a";
const REGION = "east";
const DRAFTS = 60;
const WAIT_MS = 60_000;

/**
 * pglogical takes a snapshot, copies it, and then sends what happened to the table meanwhile: without row filter and column
 * list. How much that is depends on how long the copy takes; a lock on the region's table holds it up, as a slow line would,
 * until the district has written.
 */
export async function resynchronizeAttachments(naive: NaiveTree): Promise<readonly string[]> {
  const { sessions, signal } = naive;
  const district = await sessions.get(OFFICE);
  const region = await sessions.get(REGION);
  const dsn = naive.tree.nodes.find(({ name }) => name === REGION)?.dsn ?? "";
  await using caller = await connect({ name: REGION, dsn }, { signal });
  await using holder = await connect({ name: REGION, dsn }, { signal });
  await caller.run([
    { text: "begin", transaction: "alone" },
    { ...resynchronize(OFFICE), transaction: "alone" },
  ]);
  // It has emptied the table and keeps it locked: our lock is next in the queue, before that of the copy.
  const held = hold(holder);
  await untilWaiting(region, signal);
  await caller.run([{ text: "commit", transaction: "alone" }]);
  await held;
  // Now the copy has its snapshot, and waits for us.
  await untilWaiting(region, signal);
  await writeDocuments(district, { office: OFFICE, count: DRAFTS, status: "draft" });
  await untilPassed(naive, OFFICE, REGION);
  await holder.run([{ text: "rollback", transaction: "alone" }]);
  await untilCopied(naive, REGION);
  await untilPassed(naive, OFFICE, REGION);
  await untilPassed(naive, REGION, "nation");
  return [
    `${REGION}: pglogical.alter_subscription_resynchronize_table('from_district_a', 'public.attachment')`,
    `${OFFICE} wrote ${DRAFTS} drafts while it copied (a lock held the copy up, as a slow line would)`,
  ];
}

async function hold(session: Session): Promise<void> {
  const text = "begin; lock table public.attachment in share mode";
  await session.run([{ text, transaction: "alone" }], { lockTimeoutMs: WAIT_MS });
}

async function untilWaiting(session: Session, signal: AbortSignal): Promise<void> {
  await eventually(async () => ((await session.one(lockWaits)).waiting > 0 ? true : undefined), {
    timeoutMs: WAIT_MS,
    what: "somebody waits for the attachments",
    signal,
  });
}
