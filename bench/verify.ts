/** Verification of a million rows and of ten, and the repair of a lost slot. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";

import postgres from "postgres";

import { composeLinkDsn } from "../src/domain/dsn.ts";
import type { EngineKind, Topology } from "../src/domain/topology.ts";
import type { VerificationReport } from "../src/domain/verification.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { type CountingProxy, countingProxy } from "../test/support/counting-proxy.ts";
import { openApplication, query } from "../test/support/sql.ts";
import { verify } from "../test/support/verify.ts";
import { type Figure, median, seconds } from "./figure.ts";
import { tell, timed } from "./stopwatch.ts";
import { compileTool } from "./tool.ts";
import { APPROVED_DOCUMENTS, applyNow, benchFolder, type BenchTree, startChain } from "./tree.ts";

const MILLION = 1_000_000;
const ROUNDS = 3;
const CURSOR_ROWS = 5000;
const ENDS = ["district", "nation"] as const;
const COUNT = "select count(*) from public.document where status = 'approved'";

const TABLE = `create table public.document (id uuid primary key, status text not null, office text not null, title text not null,
  amount numeric not null, created timestamptz not null, body text not null)`;
/** Rows of about 300 B. */
const fill = (
  rows: number,
): string => `insert into public.document select gen_random_uuid(), 'approved', 'office-' || n % 40, 'Report ' || md5(n::text), n / 7.0,
  timestamptz '2020-01-01' + n * interval '1 minute', repeat(md5(n::text), 5) from generate_series(1, ${rows}) n`;

/** A tree of which both ends have a million rows, and the same tree through lines that count. */
interface Counted extends AsyncDisposable {
  readonly tree: BenchTree;
  readonly topology: Topology;
  readonly bytes: () => number;
}

async function countedTree(binaries: Binaries, engine: EngineKind, rows = MILLION): Promise<Counted> {
  const tree = await startChain(binaries, ENDS, APPROVED_DOCUMENTS, { engine });
  tell(`verify: writing ${rows.toLocaleString("en")} rows of 300 B`);
  for (const node of ENDS) await query(tree.dsn(node), TABLE);
  await query(tree.dsn("district"), fill(rows));
  await applyNow(tree.topology);
  for (const node of ENDS) await query(tree.dsn(node), "vacuum (analyze) public.document");
  const lines = new Map<string, CountingProxy>();
  for (const node of ENDS) lines.set(node, await countingProxy(tree.cluster(node).port));
  const nodes = tree.topology.nodes.map((node) => ({
    ...node,
    dsn: composeLinkDsn(node.dsn, { port: lines.get(node.name)?.port }),
  }));
  return {
    tree,
    topology: { ...tree.topology, nodes },
    bytes: () => [...lines.values()].reduce((sum, line) => sum + line.sentBytes(), 0),
    [Symbol.asyncDispose]: async () => {
      for (const line of lines.values()) await line.close();
      await tree[Symbol.asyncDispose]();
    },
  };
}

interface Run {
  readonly time: number;
  readonly bytes: number;
  readonly report: VerificationReport;
}

async function verifyOnce({ topology, bytes }: Counted): Promise<Run> {
  const before = bytes();
  const start = performance.now();
  const report = await verify(topology);
  return { time: (performance.now() - start) / 1000, bytes: bytes() - before, report };
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString("en")} kB`;

/** Equal tables, against a count of both at once. */
export async function benchVerifyEqual(binaries: Binaries, rows = MILLION): Promise<Figure> {
  await using counted = await countedTree(binaries, "pglogical", rows);
  const anchors: number[] = [];
  const runs: Run[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const anchor = await timed(() => Promise.all(ENDS.map((node) => query(counted.tree.dsn(node), COUNT))));
    const run = await verifyOnce(counted);
    if (run.report.verdict !== "equal") throw new Error(`equal tables are ${run.report.verdict}`);
    tell(
      `verify-equal ${round}/${ROUNDS}: anchor ${seconds(anchor)}, ours ${seconds(run.time)}, ${kilobytes(run.bytes)}`,
    );
    if (round === 0) continue;
    anchors.push(anchor);
    runs.push(run);
  }
  const time = median(runs.map((run) => run.time));
  const bytes = median(runs.map((run) => run.bytes));
  const ratio = time / median(anchors);
  const memory = await peakMemory(counted.tree.file);
  return {
    what: `\`verify\` of ${rows.toLocaleString("en")} equal rows of 300 B`,
    anchor: `\`count(*)\` at both ends at once: ${seconds(median(anchors))}`,
    ours: `${seconds(time)}, ${kilobytes(bytes)} on the line, ${memory.toFixed(0)} MB of the tool's memory`,
    ratio: `${ratio.toFixed(1)} ×`,
    goal: "≤ 3 × its time, ≤ 100 kB, ≤ 150 MB",
    isMet: ratio <= 3 && bytes <= 100_000 && memory <= 150,
  };
}

/** Ten times as many. */
export const benchVerifyMany = (binaries: Binaries): Promise<Figure> =>
  benchVerifyEqual(binaries, 10 * MILLION);

/** The most that the command ever has, in MB. */
async function peakMemory(topologyFile: string): Promise<number> {
  await using folder = await benchFolder();
  const tool = path.join(compileTool(folder.path), "cli/main.js");
  const peak = path.join(folder.path, "peak");
  const preload = path.join(import.meta.dirname, "peak-memory.mjs");
  const how = { env: { ...process.env, PEAK_MEMORY: peak }, stdio: "ignore" } as const;
  execFileSync(process.execPath, ["--import", preload, tool, "verify", "-f", topologyFile], how);
  return Number(readFileSync(peak, "utf8")) / 1000;
}

const SPOIL = `set session_replication_role = replica;
  update public.document set amount = amount + 1 where id in (select id from public.document order by md5(id::text) limit 10)`;

/** Ten rows that differ, against a comparison in the client of all rows in the order of their keys. */
export async function benchVerifyTen(binaries: Binaries): Promise<Figure> {
  await using counted = await countedTree(binaries, "pglogical");
  const equal = await verifyOnce(counted);
  await query(counted.tree.dsn("nation"), SPOIL);
  const runs: Run[] = [];
  const anchors: { time: number; bytes: number }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const before = counted.bytes();
    const time = await timed(() => streamBoth(counted.topology));
    anchors.push({ time, bytes: counted.bytes() - before });
    const run = await verifyOnce(counted);
    const different = run.report.links[0]?.tables[0]?.different;
    if (different !== 10) throw new Error(`ten rows differ, ${String(different)} were found`);
    runs.push(run);
    tell(
      `verify-ten ${round}/${ROUNDS}: streamed ${seconds(time)}, ours ${seconds(run.time)}, ${kilobytes(run.bytes)}`,
    );
  }
  const time = median(runs.map((run) => run.time));
  const bytes = median(runs.map((run) => run.bytes));
  const anchor = {
    time: median(anchors.map((each) => each.time)),
    bytes: median(anchors.map((each) => each.bytes)),
  };
  const isMet =
    bytes <= 1e6 && time <= 1.3 * equal.time && anchor.time >= 5 * time && anchor.bytes >= 100 * bytes;
  return {
    what: "`verify` finds 10 of 1,000,000 rows that differ",
    anchor: `both ends streamed in the order of keys and compared in the client: ${seconds(anchor.time)}, ${kilobytes(anchor.bytes)}; equal run ${seconds(equal.time)}`,
    ours: `${seconds(time)}, ${kilobytes(bytes)}`,
    ratio: `${(anchor.time / time).toFixed(1)} × faster, ${Math.round(anchor.bytes / bytes).toLocaleString("en")} × fewer bytes, ${(time / equal.time).toFixed(2)} × the equal run`,
    goal: "≥ 5 × faster, ≥ 100 × fewer bytes, ≤ 1 MB, ≤ 1.3 × the equal run",
    isMet,
  };
}

/** All rows of both ends in the order of their keys, side by side, and one compared with the other in the client. */
async function streamBoth({ nodes }: Topology): Promise<void> {
  const clients = nodes.map(({ dsn }) => {
    // Its parameters are ours.
    const [address = dsn] = dsn.split("?");
    return postgres(address, { max: 1, fetch_types: false });
  });
  const rows = "select * from public.document where status = 'approved' order by id";
  const [below, above] = clients.map((sql) => sql.unsafe(rows).cursor(CURSOR_ROWS)[Symbol.asyncIterator]());
  for (;;) {
    const [left, right] = await Promise.all([below?.next(), above?.next()]);
    if (left?.done === true || right?.done === true) break;
    if (left?.value.length !== right?.value.length) throw new Error("the ends have not as many rows");
    left?.value.forEach((row, index) => void isDeepStrictEqual(row, right?.value[index]));
  }
  await Promise.all(clients.map((sql) => sql.end()));
}

const CHANGED = 1000;

/** A slot is lost, and a thousand rows change meanwhile: the same command mends it, against a full copy. */
export async function benchLostSlot(binaries: Binaries, engine: EngineKind): Promise<Figure> {
  await using counted = await countedTree(binaries, engine);
  const { tree } = counted;
  const ours = await mendOnce(counted, "", async () => {
    await query(
      tree.dsn("district"),
      `update public.document set amount = amount + 1 where id in (select id from public.document order by md5(id::text) limit ${CHANGED})`,
    );
  });
  const anchor = await mendOnce(
    counted,
    'truncate public.document; truncate tributary."provenance_public.document"',
    async () => undefined,
  );
  tell(
    `lost-slot: copied ${seconds(anchor.time)}, ${kilobytes(anchor.bytes)}; mended ${seconds(ours.time)}, ${kilobytes(ours.bytes)}`,
  );
  const [ratio, bytes] = [ours.time / anchor.time, ours.bytes / anchor.bytes];
  return {
    what: "a lost slot, 1,000,000 rows of 300 B present, 1,000 of them changed meanwhile",
    anchor: `copied anew: ${seconds(anchor.time)}, ${kilobytes(anchor.bytes)}`,
    ours: `${seconds(ours.time)}, ${kilobytes(ours.bytes)} on the tool's lines`,
    ratio: `${ratio.toFixed(2)} ×, ${bytes.toFixed(3)} × its bytes`,
    goal: "≤ 0.25 × its time, ≤ 0.02 × its bytes",
    isMet: ratio <= 0.25 && bytes <= 0.02,
  };
}

/** Loses the slot, lets `meanwhile` happen, and applies. What the tool had on its lines; the stream's own rows come besides. */
async function mendOnce(
  { tree, topology, bytes }: Counted,
  above: string,
  meanwhile: () => Promise<void>,
): Promise<{ time: number; bytes: number }> {
  await tree.cluster("nation").stop();
  await using district = openApplication(tree.dsn("district"));
  await eventually(
    async () => {
      const active = await district.query("select from pg_replication_slots where active");
      return active.length === 0 ? true : undefined;
    },
    { timeoutMs: 60_000, what: "nobody reads the slot" },
  );
  await district.query("select pg_drop_replication_slot(slot_name) from pg_replication_slots");
  await meanwhile();
  await tree.cluster("nation").start();
  if (above !== "") await query(tree.dsn("nation"), `set session_replication_role = replica; ${above}`);
  const before = bytes();
  const time = await timed(() => applyNow(topology, { seed: { way: "copy" } }));
  const report = await verify(tree.topology);
  if (report.verdict !== "equal")
    throw new Error(`after the slot was made anew, the ends are ${report.verdict}`);
  return { time, bytes: bytes() - before };
}
