/** The first copy of a table with a filter, against COPY piped into COPY. */
import { type EngineKind, relationName } from "../src/domain/topology.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { runProgram } from "../src/sandbox/command.ts";
import { query } from "../test/support/sql.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { tell, timed } from "./stopwatch.ts";
import { APPROVED_DOCUMENTS, applyNow, type BenchTree, startChain } from "./tree.ts";

const APPROVED = 1_000_000;
const ROUNDS = 3;
const GOAL = 0.8;

const TABLE = `(id bigint primary key, office text not null, status text not null,
  created timestamptz not null, title text not null, body text not null)`;

/** Rows of 1 KB; every second one is approved. */
const ROWS = `select n, 'office-' || n % 40, case when n % 2 = 0 then 'approved' else 'draft' end,
  timestamptz '2020-01-01' + n * interval '1 minute', 'Report ' || md5(n::text),
  repeat(md5(n::text) || chr(32), 27)
  from generate_series(1, ${2 * APPROVED}) n`;

const PIPE = 'psql -X -q "$1" -c "$2" | psql -X -q "$3" -c "$4"';

export async function benchFirstCopy(binaries: Binaries, engine: EngineKind): Promise<Figure> {
  await using tree = await startChain(binaries, ["district", "nation"], APPROVED_DOCUMENTS, { engine });
  tell(`first-copy: writing ${(2 * APPROVED).toLocaleString("en")} rows of 1 KB`);
  await prepare(tree);
  const anchors: number[] = [];
  const ours: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    await empty(tree, "public.anchor");
    anchors.push(await timed(() => copyInOnePipe(tree, binaries)));
    await expectRows(tree, "public.anchor");
    await forgetSeed(tree);
    ours.push(await seedOnce(tree));
    await expectRows(tree, "public.document");
    tell(
      `first-copy ${round}/${ROUNDS}: anchor ${seconds(anchors.at(-1) ?? 0)}, ours ${seconds(ours.at(-1) ?? 0)}`,
    );
  }
  return figure(median(anchors), median(ours));
}

function figure(anchor: number, ours: number): Figure {
  const rate = (time: number): string => `${Math.round(APPROVED / time).toLocaleString("en")} rows/s`;
  const ratio = anchor / ours;
  return {
    what: "first copy of 1,000,000 filtered rows of 1 KB, two indexes, verified",
    anchor: `\`COPY\` piped into \`COPY\`: ${rate(anchor)}`,
    ours: rate(ours),
    ratio: `${ratio.toFixed(2)} ×`,
    goal: `≥ ${GOAL} × its rows/s`,
    isMet: ratio >= GOAL,
  };
}

async function prepare(tree: BenchTree): Promise<void> {
  for (const node of ["district", "nation"])
    await query(
      tree.dsn(node),
      `create table public.document ${TABLE}; create index on public.document (office, created)`,
    );
  await query(
    tree.dsn("nation"),
    `create table public.anchor ${TABLE}; create index on public.anchor (office, created)`,
  );
  await query(tree.dsn("district"), `insert into public.document ${ROWS}`);
  await query(tree.dsn("district"), "vacuum (analyze) public.document");
  // The first round warms up, and is not counted.
  await applyNow(tree.topology);
}

/** As before the first copy: an empty table, and nobody knows that it was ever made. */
async function forgetSeed(tree: BenchTree): Promise<void> {
  await empty(tree, "public.document");
  await query(
    tree.dsn("nation"),
    `truncate tributary."provenance_public.document"; truncate tributary.seed; truncate tributary.seed_chunk;
     update tributary.link set phase = 'seeding', fence = null`,
  );
}

async function empty(tree: BenchTree, table: string): Promise<void> {
  await query(tree.dsn("nation"), `set session_replication_role = replica; truncate ${table}`);
  await Promise.all(["district", "nation"].map((node) => query(tree.dsn(node), "checkpoint")));
}

async function copyInOnePipe(tree: BenchTree, binaries: Binaries): Promise<void> {
  const script = PIPE.replaceAll("psql", `${binaries.directory}/psql`);
  const out = "copy (select * from public.document where status = 'approved') to stdout";
  const into = "copy public.anchor from stdin";
  await runProgram("/bin/sh", ["-c", script, "sh", tree.dsn("district"), out, tree.dsn("nation"), into]);
}

/** The seed-table step from started to done, which includes its proof. */
async function seedOnce(tree: BenchTree): Promise<number> {
  const events = await applyNow(tree.topology);
  const rule = tree.topology.sets[0]?.tables[0];
  const relation = rule === undefined ? "" : relationName(rule);
  const of = (status: string): number => {
    const event = events.find(
      (candidate) =>
        candidate.status === status &&
        candidate.step.startsWith("seed-table") &&
        candidate.step.includes(relation),
    );
    if (event === undefined) throw new Error(`no first copy was ${status}`);
    return Date.parse(event.time);
  };
  return (of("done") - of("started")) / 1000;
}

async function expectRows(tree: BenchTree, table: string): Promise<void> {
  const [row] = await query(tree.dsn("nation"), `select count(*)::int as rows from ${table}`);
  if (row?.["rows"] !== APPROVED)
    throw new Error(`${table} has ${String(row?.["rows"])} rows, needs ${APPROVED}`);
}
