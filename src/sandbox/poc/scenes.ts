/** What happens in the proof of concept, one scene after the other. */
import { DeadlineError } from "../../domain/errors.ts";
import type { Query } from "../../postgres/query.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import type { Arrival, Carrier, Clock } from "./carrier.ts";
import {
  type Changed,
  approveDrafts,
  correctDocument,
  deleteDocuments,
  officeDigest,
  withdrawDocuments,
} from "./sql.ts";
import { CONFIDENTIAL, OFFICES, type PocTree, SITES, pathUp, writeDocuments } from "./tree.ts";

export interface Stage {
  readonly tree: PocTree;
  readonly sessions: Sessions;
  readonly carrier: Carrier;
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
  await stage.carrier.arrival("district-a", ABOVE_EAST);
  const after = await nation.one(officeDigest, OFFICES, false);
  const found = await Promise.all(
    SITES.filter((site) => site.tier !== "district").map(async (site) =>
      stage.carrier.countStrays(await stage.sessions.get(site.name)),
    ),
  );
  const total = found.reduce((sum, count) => sum + count, 0);
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
  const arrival = await stage.carrier.arrival("district-a", ABOVE_EAST);
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
  const changed = await district.one(statement, office, ...values);
  const arrival = await stage.carrier.arrival(office, pathUp(office));
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
  const besideArrival = await stage.carrier.arrival("district-c", ["nation"]);
  const restarted = performance.now();
  await tree.cluster("east").start();
  const { arrival, wasAsked } = await arrivalAfterOutage(stage, restarted);
  return [
    "east was killed (SIGKILL to every process of its server), and the offices went on:",
    `district-b below it approved ${describe(below)}; they waited in the district`,
    `district-c beside it approved ${describe(beside)}: ${describeArrival(besideArrival)}`,
    `east was started again, and district-b was ${describeArrival(arrival)}`,
    ...(wasAsked ? ["(the nation would have tried again within 3 minutes; it was asked to do so now)"] : []),
  ];
}

/** pglogical tries again after 5 s, and from then on every 3 minutes only. */
const PATIENCE_MS = 10_000;

async function arrivalAfterOutage(
  stage: Stage,
  since: number,
): Promise<{ arrival: Arrival; wasAsked: boolean }> {
  const { reconnect } = stage.carrier;
  const wait = (clock: Clock): Promise<Arrival> => stage.carrier.arrival("district-b", ABOVE_EAST, clock);
  if (reconnect === undefined) return { arrival: await wait({ since }), wasAsked: false };
  try {
    return { arrival: await wait({ since, timeoutMs: PATIENCE_MS }), wasAsked: false };
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    await reconnect();
    return { arrival: await wait({ since }), wasAsked: true };
  }
}

function describe(changed: Changed): string {
  if (changed.example !== undefined) return `"${changed.example}" (${changed.bytes} bytes)`;
  return `${changed.documents} documents with ${changed.attachments} attachments`;
}

function describeArrival(arrival: Arrival): string {
  const isComplete = [...arrival.values()].every(({ isEqual }) => isEqual);
  const parts = [...arrival].map(
    ([site, { ms, rows, wanted, isEqual }]) =>
      `${site} after ${seconds(ms)}${isEqual ? "" : ` with ${rows} rows instead of ${wanted}`}`,
  );
  return `${isComplete ? "complete in" : "NOT complete when all had passed:"} ${parts.join(", ")}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
