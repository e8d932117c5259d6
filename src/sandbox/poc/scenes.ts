/** What happens in the proof of concept, one scene after the other. */
import { DeadlineError } from "../../domain/errors.ts";
import type { Query } from "../../postgres/query.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import { type Arrival, measureArrival, untilEqual } from "./arrival.ts";
import {
  type Changed,
  approveDrafts,
  correctDocument,
  deleteDocuments,
  officeDigest,
  strays,
  withdrawDocuments,
} from "./sql.ts";
import { CONFIDENTIAL, OFFICES, type PocTree, SITES, writeDocuments } from "./tree.ts";

interface Stage {
  readonly tree: PocTree;
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
  /** Has servers whose connection is down try again now. */
  reconnect(): Promise<void>;
}

export interface Scene {
  readonly title: string;
  /** Plays it, and tells in one line or a few what was seen. */
  play(stage: Stage): Promise<readonly string[]>;
}

/** In their order: later ones build on what earlier ones did. */
export const SCENES: readonly Scene[] = [
  { title: "Drafts stay where they are", play: draftsStay },
  { title: "Approvals travel", play: approvalsTravel },
  { title: "A correction follows", play: (stage) => change(stage, "district-b", correctDocument, []) },
  { title: "A withdrawal takes back", play: (stage) => change(stage, "district-c", withdrawDocuments, [60]) },
  { title: "A deletion does, too", play: (stage) => change(stage, "district-d", deleteDocuments, [40]) },
  { title: "A region goes away and comes back", play: regionAway },
];

/** Above: how far a row has to travel. */
const ABOVE_EAST = ["east", "nation"];

async function draftsStay(stage: Stage): Promise<readonly string[]> {
  const district = await stage.sessions.get("district-a");
  const nation = await stage.sessions.get("nation");
  const before = await nation.one(officeDigest, OFFICES, false);
  await writeDocuments(district, { office: "district-a", count: 300, status: "draft" });
  await writeDocuments(district, {
    office: "district-a",
    count: 50,
    status: "draft",
    lastLine: CONFIDENTIAL,
  });
  // Approved after the drafts: when it has arrived, they would have, too.
  await writeDocuments(district, { office: "district-a", count: 1, status: "approved" });
  await untilEqual(stage, ["district-a"], ABOVE_EAST);
  const after = await nation.one(officeDigest, OFFICES, false);
  const found = await Promise.all(
    SITES.filter((site) => site.tier !== "district").map(async (site) =>
      (await stage.sessions.get(site.name)).one(strays),
    ),
  );
  const total = found.flatMap((counts) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  return [
    `district-a wrote 350 drafts, then approved one document: the nation went from ${before.rows} to ${after.rows} rows`,
    `drafts and internal notes found above the districts, in tables and outboxes: ${total}`,
  ];
}

async function approvalsTravel(stage: Stage): Promise<readonly string[]> {
  const district = await stage.sessions.get("district-a");
  const started = performance.now();
  const changed = await district.one(approveDrafts, "district-a");
  const statementMs = performance.now() - started;
  const arrival = await measureArrival(stage, ["district-a"], ABOVE_EAST);
  return [
    `district-a approved ${describe(changed)} in one statement (${Math.round(statementMs)} ms)`,
    describeArrival(arrival),
  ];
}

async function change(
  stage: Stage,
  office: string,
  statement: Query<Changed>,
  values: readonly number[],
): Promise<readonly string[]> {
  const district = await stage.sessions.get(office);
  const region = SITES.find((site) => site.name === office)?.upstream ?? "";
  const changed = await district.one(statement, office, ...values);
  const arrival = await measureArrival(stage, [office], [region, "nation"]);
  return [`${office}: ${describe(changed)}`, describeArrival(arrival)];
}

async function regionAway(stage: Stage): Promise<readonly string[]> {
  const { sessions, tree } = stage;
  for (const office of ["district-b", "district-c"])
    await writeDocuments(await sessions.get(office), { office, count: 200, status: "draft" });
  await tree.cluster("east").kill();
  await sessions.drop("east");
  const below = await (await sessions.get("district-b")).one(approveDrafts, "district-b");
  const beside = await (await sessions.get("district-c")).one(approveDrafts, "district-c");
  const besideArrival = await measureArrival(stage, ["district-c"], ["nation"]);
  const restarted = performance.now();
  await tree.cluster("east").start();
  const { arrival, wasAsked } = await arrivalAfterOutage(stage, restarted);
  return [
    "east was killed (SIGKILL to every process of its server), and the offices went on:",
    `district-b below it approved ${describe(below)}; they waited in the district`,
    `district-c beside it approved ${describe(beside)}: in the nation after ${seconds(besideArrival.get("nation"))}`,
    `east was started again: all of district-b there ${seconds(arrival.get("east"))} later, in the nation after ${seconds(arrival.get("nation"))}`,
    ...(wasAsked ? ["(the nation would have tried again within 3 minutes; it was asked to do so now)"] : []),
  ];
}

/** pglogical tries again after 5 s, and from then on every 3 minutes only. */
const PATIENCE_MS = 10_000;

async function arrivalAfterOutage(
  stage: Stage,
  since: number,
): Promise<{ arrival: Arrival; wasAsked: boolean }> {
  const wait = (timeoutMs?: number): Promise<Arrival> =>
    measureArrival(stage, ["district-b"], ABOVE_EAST, { since, ...(timeoutMs ? { timeoutMs } : {}) });
  try {
    return { arrival: await wait(PATIENCE_MS), wasAsked: false };
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    await stage.reconnect();
    return { arrival: await wait(), wasAsked: true };
  }
}

function describe(changed: Changed): string {
  if (changed.example !== undefined) return `"${changed.example}" (${changed.bytes} bytes)`;
  return `${changed.documents} documents with ${changed.attachments} attachments`;
}

function describeArrival(arrival: Arrival): string {
  const parts = [...arrival].map(([site, ms]) => `${site} after ${seconds(ms)}`);
  return `complete in ${parts.join(", ")}`;
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "?" : `${(ms / 1000).toFixed(2)} s`;
}
