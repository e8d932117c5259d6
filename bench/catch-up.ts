/** The region was away while documents were approved one by one: how long until it is level, against plain pglogical. */
import type { EngineKind } from "../src/domain/topology.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { openApplication, query } from "../test/support/sql.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { carryPlainly } from "./plain.ts";
import { tell, timed } from "./stopwatch.ts";
import { APPROVED_DOCUMENTS, applyNow, type BenchTree, DATABASE, startChain } from "./tree.ts";

const ROUNDS = 3;
/** In one absence. */
const APPROVALS = 200_000;
const GOAL = 2;
const PLAIN = "plain";
const CHAIN = ["district", "region"] as const;
const SUBSCRIPTION = { [DATABASE]: "slm_from_district", [PLAIN]: "plain_from_district" };

const TABLE = `create table public.document (id bigint primary key, status text not null, title text not null, body text not null)`;
const ROWS = (ROUNDS + 1) * APPROVALS;
/** Drafts of 320 B. */
const FILL = `insert into public.document select n, 'draft', 'Report ' || n, repeat(md5(n::text), 8) from generate_series(1, ${ROWS}) n`;

/** Each approval commits by itself. */
const APPROVE_EACH = `create procedure public.approve_each(first bigint, last bigint) language plpgsql as $$ begin
  for wanted in first..last loop
    update public.document set status = 'approved' where id = wanted;
    commit;
  end loop;
end $$`;

export async function benchCatchUp(binaries: Binaries, engine: EngineKind): Promise<Figure> {
  await using tree = await startChain(binaries, CHAIN, APPROVED_DOCUMENTS, { databases: [PLAIN], engine });
  await prepare(tree);
  const anchors: number[] = [];
  const ours: number[] = [];
  // Round 0 warms both up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const anchor = await catchUp(tree, PLAIN, round);
    const our = await catchUp(tree, DATABASE, round, engine);
    tell(`catch-up ${round}/${ROUNDS}: anchor ${seconds(anchor)}, ours ${seconds(our)}`);
    if (round === 0) continue;
    anchors.push(anchor);
    ours.push(our);
  }
  const ratio = median(ours) / median(anchors);
  const rate = (time: number): string => `${Math.round(APPROVALS / time).toLocaleString("en")}/s`;
  return {
    what: `catch-up of ${APPROVALS.toLocaleString("en")} approvals that were committed one by one, after the region was away`,
    anchor: `plain pglogical: ${seconds(median(anchors))}, ${rate(median(anchors))}`,
    ours: `${seconds(median(ours))}, ${rate(median(ours))}`,
    ratio: `${ratio.toFixed(2)} ×`,
    goal: `≤ ${GOAL.toFixed(1)} × its time`,
    isMet: ratio <= GOAL,
  };
}

async function prepare(tree: BenchTree): Promise<void> {
  for (const node of CHAIN)
    for (const database of [DATABASE, PLAIN]) await query(tree.dsn(node, database), TABLE);
  // The anchor's rows are at both ends: pglogical's own filter would lose every approval.
  for (const dsn of [tree.dsn("district"), ...CHAIN.map((node) => tree.dsn(node, PLAIN))]) {
    await query(dsn, FILL);
    await query(dsn, "vacuum (analyze) public.document");
  }
  for (const database of [DATABASE, PLAIN]) await query(tree.dsn("district", database), APPROVE_EACH);
  await applyNow(tree.topology);
  await carryPlainly(tree, { chain: CHAIN, database: PLAIN });
}

const SWITCH: Readonly<Record<EngineKind, (subscription: string, isOn: boolean) => string>> = {
  pglogical: (name, isOn) =>
    `select pglogical.alter_subscription_${isOn ? "enable" : "disable"}('${name}', true)`,
  native: (name, isOn) => `alter subscription ${name} ${isOn ? "enable" : "disable"}`,
};

/** Seconds from the region's return until the last approval is there. */
async function catchUp(
  tree: BenchTree,
  database: typeof DATABASE | typeof PLAIN,
  round: number,
  engine: EngineKind = "pglogical",
): Promise<number> {
  const subscription = SUBSCRIPTION[database];
  const [first, last] = [round * APPROVALS + 1, (round + 1) * APPROVALS];
  await using region = openApplication(tree.dsn("region", database));
  await using district = openApplication(tree.dsn("district", database));
  await region.query(SWITCH[engine](subscription, false));
  await untilAway(tree, database);
  await district.query(`call public.approve_each(${first}, ${last})`);
  await Promise.all(CHAIN.map((node) => query(tree.dsn(node), "checkpoint")));
  const time = await timed(async () => {
    await region.query(SWITCH[engine](subscription, true));
    await eventually(
      async () => {
        const arrived = `select from public.document where id = ${last} and status = 'approved'`;
        return (await region.query(arrived)).length > 0 ? true : undefined;
      },
      { timeoutMs: 300_000, what: `the approvals of "${database}" are at the region` },
    );
  });
  const [row] = await region.query(
    "select count(*)::int as rows from public.document where status = 'approved'",
  );
  if (row?.["rows"] !== last) throw new Error(`${String(row?.["rows"])} approved rows are at the region`);
  return time;
}

/** Nobody reads the database's slots. */
async function untilAway(tree: BenchTree, database: string): Promise<void> {
  await using district = openApplication(tree.dsn("district", database));
  await eventually(
    async () => {
      const active = "select from pg_replication_slots where database = current_database() and active";
      return (await district.query(active)).length === 0 ? true : undefined;
    },
    { timeoutMs: 60_000, what: `nobody reads the stream of "${database}"` },
  );
}
