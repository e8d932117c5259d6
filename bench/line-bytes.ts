/** What crosses the line when one short column of a long document is edited, against a plain pglogical set. */
import type { EngineKind } from "../src/domain/topology.ts";
import type { Binaries } from "../src/sandbox/binaries.ts";
import { eventually } from "../src/sandbox/eventually.ts";
import { type CountingProxy, countingProxy } from "../test/support/counting-proxy.ts";
import { openApplication, query } from "../test/support/sql.ts";
import { type Figure, median } from "./figure.ts";
import { untilLevel } from "./level.ts";
import { carryPlainly } from "./plain.ts";
import { tell } from "./stopwatch.ts";
import { APPROVED_DOCUMENTS, applyNow, type BenchTree, DATABASE, startChain } from "./tree.ts";

const ROUNDS = 3;
/** Each a transaction of its own. */
const EDITS = 200;
const GOAL = 0.25;
const PLAIN = "plain";
const CHAIN = ["district", "region"] as const;

const TABLE = `create table public.document (id bigint primary key, status text not null, title text not null, body text not null)`;

interface Body {
  readonly name: string;
  readonly what: string;
  /** 20 KB of text for row n, an SQL expression. */
  readonly text: string;
}

/** Text that repeats itself so much that the server keeps it in the row. pglogical sends all of it for each edit. */
export const benchLineBytes = (binaries: Binaries, engine: EngineKind): Promise<Figure> =>
  benchBody(binaries, engine, {
    name: "line-bytes",
    what: "so repetitive that it is compressed and kept in the row",
    text: "repeat(md5(n::text), 640)",
  });

/** Text that stays long, as prose does. pglogical does not send it either: there is little to save. */
export const benchToastedLineBytes = (binaries: Binaries, engine: EngineKind): Promise<Figure> =>
  benchBody(binaries, engine, {
    name: "line-bytes-toasted",
    what: "stored out of line, as prose is",
    text: "(select string_agg(md5(n || '.' || word), ' ') from generate_series(1, 620) word)",
  });

async function benchBody(
  binaries: Binaries,
  engine: EngineKind,
  { name, what, text }: Body,
): Promise<Figure> {
  const fill = `insert into public.document
    select n, 'approved', 'Report ' || n, ${text} from generate_series(1, ${EDITS}) n`;
  await using lines = new Lines();
  const link = (_: string, dsn: string): Promise<string> => lines.open(dsn);
  await using tree = await startChain(binaries, CHAIN, APPROVED_DOCUMENTS, {
    databases: [PLAIN],
    engine,
    link,
  });
  for (const node of CHAIN)
    for (const database of [DATABASE, PLAIN]) await query(tree.dsn(node, database), TABLE);
  await query(tree.dsn("district"), fill);
  for (const node of CHAIN) await query(tree.dsn(node, PLAIN), fill);
  await applyNow(tree.topology);
  await carryPlainly(tree, { chain: CHAIN, database: PLAIN, link });
  const counted = async (database: string, round: number): Promise<number> => {
    const line = lines.to(tree.dsn("district", database));
    const before = line.sentBytes();
    await editAll(tree, database, round);
    return (line.sentBytes() - before) / EDITS;
  };
  const anchors: number[] = [];
  const ours: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    anchors.push(await counted(PLAIN, round));
    ours.push(await counted(DATABASE, round));
    tell(`${name} ${round}/${ROUNDS}: anchor ${bytes(anchors.at(-1))}, ours ${bytes(ours.at(-1))}`);
  }
  const ratio = median(ours) / median(anchors);
  return {
    what: `bytes on the line: the title of an approved document of 20 KB is edited, its body ${what}`,
    anchor: `plain pglogical: ${bytes(median(anchors))} per edit`,
    ours: bytes(median(ours)),
    ratio: `${ratio.toFixed(2)} ×`,
    goal: `≤ ${GOAL} × its bytes`,
    isMet: ratio <= GOAL,
  };
}

/** The lines by which databases are reached from above. */
export class Lines implements AsyncDisposable {
  readonly #lines = new Map<string, CountingProxy>();

  /** A connection string that leads to a database over a line of its own. */
  async open(dsn: string): Promise<string> {
    const line = await countingProxy(Number(new URL(dsn).port));
    this.#lines.set(dsn, line);
    const through = new URL(dsn);
    through.port = String(line.port);
    return through.href;
  }

  to(dsn: string): CountingProxy {
    const line = this.#lines.get(dsn);
    if (line === undefined) throw new Error(`no line leads to "${dsn}"`);
    return line;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const line of this.#lines.values()) await line.close();
  }
}

/** Edits every document, and waits until the last edit is above. */
async function editAll(tree: BenchTree, database: string, round: number): Promise<void> {
  await using district = openApplication(tree.dsn("district", database));
  for (let id = 1; id <= EDITS; id += 1)
    await district.query(`update public.document set title = 'Edit ${round} of ' || id where id = ${id}`);
  if (database === DATABASE) await untilLevel(tree, "district", "region");
  await using region = openApplication(tree.dsn("region", database));
  await eventually(
    async () => {
      const title = `Edit ${round} of ${EDITS}`;
      const rows = await region.query("select from public.document where title = $1", title);
      return rows.length > 0 ? true : undefined;
    },
    { timeoutMs: 60_000, what: `the edits of "${database}" are above` },
  );
}

const bytes = (value = Number.NaN): string => `${Math.round(value).toLocaleString("en")} B`;
