/** From a commit at the district to the nation over two hops, one approval after the other; and what it costs on the line. */
import { setTimeout as pause } from "node:timers/promises";

import type { EngineKind } from "../src/domain/topology.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { openApplication, query } from "../test/support/sql.ts";
import type { Figure } from "./figure.ts";
import { Lines } from "./line-bytes.ts";
import { carryPlainly } from "./plain.ts";
import { tell } from "./stopwatch.ts";
import { APPROVED_DOCUMENTS, applyNow, type BenchTree, DATABASE, startChain } from "./tree.ts";

const CHAIN = ["district", "region", "nation"] as const;
const PLAIN = "plain";
const APPROVALS = 1000;
/** In between, so that each travels by itself. */
const PAUSE_MS = 10;
const MINUTE_MS = 60_000;

/** Rows of 320 B. Each tier's clock is the machine's. */
const TABLE = `create table public.document (id bigint primary key, status text not null, title text not null, body text not null, approved_at timestamptz);
  create table public.arrival (id bigint, lag interval);
  create function public.note_arrival() returns trigger language plpgsql as $$ begin
    if new.approved_at is not null then insert into public.arrival values (new.id, clock_timestamp() - new.approved_at); end if; return null; end $$;
  create trigger note_arrival after insert or update on public.document for each row execute function public.note_arrival();
  alter table public.document enable always trigger note_arrival`;
const FILL = `insert into public.document select n, 'draft', 'Report ' || n, repeat(md5(n::text), 8) from generate_series(1, ${APPROVALS}) n`;

interface Measured {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
}

/** Half of the approvals, and all but a hundredth, are in the nation after so long. */
export async function benchLag(binaries: Binaries, engine: EngineKind): Promise<Figure> {
  await using lines = new Lines();
  await using tree = await startTree(binaries, engine, lines);
  const anchor = await approveEach(tree, PLAIN, lines);
  const ours = await approveEach(tree, DATABASE, lines);
  tell(`lag: anchor ${told(anchor)}, ours ${told(ours)}`);
  return {
    what: `lag of ${APPROVALS.toLocaleString("en")} approvals of one row of 320 B each over two hops, p50 and p99; bytes on the first line for each`,
    anchor: `plain pglogical: ${told(anchor)}`,
    ours: told(ours),
    ratio: `${(ours.p50Ms / anchor.p50Ms).toFixed(2)} ×`,
  };
}

/** What a line carries up while nothing happens. */
export async function benchIdleBytes(binaries: Binaries, engine: EngineKind): Promise<Figure> {
  await using lines = new Lines();
  await using tree = await startTree(binaries, engine, lines);
  const sent = (database: string): number => lines.to(tree.dsn("district", database)).sentBytes();
  const before = [sent(PLAIN), sent(DATABASE)];
  await pause(MINUTE_MS);
  const [anchor = 0, ours = 0] = [PLAIN, DATABASE].map(
    (database, index) => sent(database) - (before[index] ?? 0),
  );
  tell(`idle-bytes: anchor ${anchor}, ours ${ours}`);
  return {
    what: "bytes on the line in an idle minute",
    anchor: `plain pglogical: ${anchor.toLocaleString("en")} B`,
    ours: `${ours.toLocaleString("en")} B`,
    ratio: `${(ours / anchor).toFixed(2)} ×`,
  };
}

async function startTree(binaries: Binaries, engine: EngineKind, lines: Lines): Promise<BenchTree> {
  const link = (_: string, dsn: string): Promise<string> => lines.open(dsn);
  const tree = await startChain(binaries, CHAIN, APPROVED_DOCUMENTS, { databases: [PLAIN], engine, link });
  for (const node of CHAIN)
    for (const database of [DATABASE, PLAIN]) await query(tree.dsn(node, database), TABLE);
  await query(tree.dsn("district"), FILL);
  await applyNow(tree.topology);
  await carryPlainly(tree, { chain: CHAIN, database: PLAIN, link });
  // pglogical's own filter would lose every approval: its rows are drafts at all tiers.
  await query(tree.dsn("district", PLAIN), FILL);
  const filled = `select from public.document where id = ${APPROVALS}`;
  await eventually(
    async () => ((await query(tree.dsn("nation", PLAIN), filled)).length > 0 ? true : undefined),
    { timeoutMs: 60_000, what: "the anchor's rows are at all tiers" },
  );
  return tree;
}

async function approveEach(tree: BenchTree, database: string, lines: Lines): Promise<Measured> {
  await using nation = openApplication(tree.dsn("nation", database));
  const arrived = (): Promise<true | undefined> =>
    nation
      .query("select count(*)::int as n from public.arrival")
      .then(([row]) => (row?.["n"] === APPROVALS ? true : undefined));
  const line = lines.to(tree.dsn("district", database));
  const before = line.sentBytes();
  await using district = openApplication(tree.dsn("district", database));
  for (let id = 1; id <= APPROVALS; id += 1) {
    await district.query(
      `update public.document set status = 'approved', approved_at = clock_timestamp() where id = ${id}`,
    );
    await pause(PAUSE_MS);
  }
  await eventually(arrived, { timeoutMs: 120_000, what: `the approvals of "${database}" are in the nation` });
  const [row] = await nation.query(
    `select percentile_cont(0.5) within group (order by extract(epoch from lag) * 1000)::float8 as p50,
       percentile_cont(0.99) within group (order by extract(epoch from lag) * 1000)::float8 as p99 from public.arrival`,
  );
  return {
    p50Ms: Number(row?.["p50"]),
    p99Ms: Number(row?.["p99"]),
    bytes: (line.sentBytes() - before) / APPROVALS,
  };
}

const told = ({ p50Ms, p99Ms, bytes }: Measured): string =>
  `${Math.round(p50Ms)} ms and ${Math.round(p99Ms)} ms; ${Math.round(bytes)} B`;
