/** From one statement at the district to the nation, over two hops: an approval, against a plain pglogical set. */
import type { EngineKind } from "../src/domain/topology.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { type Application, openApplication, query } from "../test/support/sql.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { carryPlainly } from "./plain.ts";
import { tell, timed } from "./stopwatch.ts";
import { APPROVED_DOCUMENTS, applyNow, type BenchTree, startChain } from "./tree.ts";

const ROWS = 100_000;
const ROUNDS = 5;
const GOAL = 2;
/** The anchor's database, on the same three servers. */
const PLAIN = "plain";
const CHAIN = ["district", "region", "nation"] as const;

const TABLE = `create table public.document (id bigint primary key, status text not null, title text not null, body text not null)`;

/** Rows of 320 B with the ids of one round. */
const rowsOf = (round: number, status: string): string => `
  insert into public.document select n, '${status}', 'Report ' || n, repeat(md5(n::text), 8)
  from generate_series(${round * ROWS + 1}, ${(round + 1) * ROWS}) n`;

export async function benchApproval(binaries: Binaries, engine: EngineKind): Promise<Figure> {
  await using tree = await startChain(binaries, CHAIN, APPROVED_DOCUMENTS, {
    databases: [PLAIN],
    engine,
  });
  await Promise.all(
    CHAIN.flatMap((node) => [query(tree.dsn(node), TABLE), query(tree.dsn(node, PLAIN), TABLE)]),
  );
  await applyNow(tree.topology);
  await carryPlainly(tree, { chain: CHAIN, database: PLAIN });
  const anchors: number[] = [];
  const ours: number[] = [];
  // Round 0 warms both up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    await query(tree.dsn("district"), rowsOf(round, "draft"));
    await checkpoint(tree);
    const anchor = await untilInNation(tree, PLAIN, round, rowsOf(round, "approved"));
    await checkpoint(tree);
    const approve = `update public.document set status = 'approved' where id > ${round * ROWS}`;
    const approval = await untilInNation(tree, "slm", round, approve);
    if (round === 0) continue;
    anchors.push(anchor);
    ours.push(approval);
    tell(`approval ${round}/${ROUNDS}: anchor ${seconds(anchor)}, ours ${seconds(approval)}`);
  }
  return figure(median(anchors), median(ours));
}

function figure(anchor: number, ours: number): Figure {
  const ratio = ours / anchor;
  return {
    what: "approval of 100,000 rows of 320 B in one statement, until they are in the nation over two hops",
    anchor: `as many inserted, carried by a plain pglogical set: ${seconds(anchor)}`,
    ours: seconds(ours),
    ratio: `${ratio.toFixed(2)} ×`,
    goal: `≤ ${GOAL.toFixed(1)} × its time`,
    isMet: ratio <= GOAL,
  };
}

const checkpoint = (tree: BenchTree): Promise<unknown> =>
  Promise.all(CHAIN.map((node) => query(tree.dsn(node), "checkpoint")));

/** Seconds from the statement's start until the round's rows are in the nation. They arrive in one transaction, as they were written. */
async function untilInNation(
  tree: BenchTree,
  database: string,
  round: number,
  statement: string,
): Promise<number> {
  await using district = openApplication(tree.dsn("district", database));
  await using nation = openApplication(tree.dsn("nation", database));
  await Promise.all([district, nation].map((connection) => connection.query("select 1")));
  const time = await timed(async () => {
    await district.query(statement);
    await eventually(() => hasLastRow(nation, round), {
      timeoutMs: 120_000,
      what: "the rows are in the nation",
    });
  });
  const [row] = await nation.query("select count(*)::int as rows from public.document");
  if (row?.["rows"] !== (round + 1) * ROWS)
    throw new Error(`${String(row?.["rows"])} rows are in the nation`);
  return time;
}

async function hasLastRow(nation: Application, round: number): Promise<true | undefined> {
  const [row] = await nation.query(`select max(id) as last from public.document`);
  return Number(row?.["last"] ?? 0) >= (round + 1) * ROWS ? true : undefined;
}
