/** COPY across, when all goes well and when either server says no in the middle of a row. */
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openClient } from "../../src/postgres/client.ts";
import { copyAcross } from "../../src/postgres/copy.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestCluster } from "../support/cluster.ts";

const ROWS = 20_000;
const node = useTestCluster();
const open = async (): Promise<pg.Client> => {
  const client = await openClient({ name: "nation", dsn: node.dsn });
  await client.query("set search_path = public, pg_catalog");
  return client;
};
const INTO = "copy present from stdin";

let from: pg.Client;
let to: pg.Client;
beforeAll(async () => {
  [from, to] = await Promise.all([open(), open()]);

  // Rows of 32 B to 9 KB: frames end anywhere in what the socket gives.
  await to.query(
    `create table sent as select n as id, repeat(md5(n::text), 1 + n % 300) as body from generate_series(1, ${ROWS}) n;
     create table present (id int primary key, body text)`,
  );
});
afterAll(() => Promise.all([from.end(), to.end()]));

async function only(client: pg.Client, text: string): Promise<string | undefined> {
  const { rows } = await client.query<{ value: string }>(text);
  return rows[0]?.value;
}
const countPresent = (): Promise<string | undefined> => only(to, "select count(*) as value from present");

async function expectUsable(): Promise<void> {
  expect(await only(from, "select 1 as value")).toBe("1");
  expect(await only(to, "select 1 as value")).toBe("1");
}

test.each(["text", "binary"])("rows arrive as they were sent, as %s", async (format) => {
  await to.query("truncate present");
  await copyAcross(
    from,
    `copy sent to stdout (format ${format})`,
    to,
    `copy present from stdin (format ${format})`,
  );
  const equal = "select count(*) as value from present join sent using (id) where present.body = sent.body";
  expect(await only(to, equal)).toBe(String(ROWS));
});

test.each([1, 50, ROWS / 2, ROWS])(
  "the subscriber refuses row %i: both connections stay usable",
  async (id) => {
    await to.query(`truncate present; insert into present values (${id})`);
    await to.query("begin; savepoint before");
    await expect(copyAcross(from, "copy sent to stdout", to, INTO)).rejects.toMatchObject({ code: "23505" });
    await to.query("rollback to savepoint before; commit");
    expect(await countPresent()).toBe("1");
    await expectUsable();
  },
);

test.each([1, ROWS / 2, ROWS])("the provider fails at row %i: nothing is kept", async (id) => {
  await to.query("truncate present");
  const failing = `copy (select 1 / (id - ${id}) as id, body from sent) to stdout`;
  await expect(copyAcross(from, failing, to, INTO)).rejects.toMatchObject({ code: "22012" });
  expect(await countPresent()).toBe("0");
  await expectUsable();
});

test("a table is missing", async () => {
  await expect(copyAcross(from, "copy nowhere to stdout", to, INTO)).rejects.toMatchObject({ code: "42P01" });
  await expect(copyAcross(from, "copy sent to stdout", to, "copy nowhere from stdin")).rejects.toMatchObject({
    code: "42P01",
  });
  await expectUsable();
});

test.each(["provider", "subscriber"])("the %s's connection is ended meanwhile", async (side) => {
  const [source, target] = await Promise.all([open(), open()]);
  const [lost, kept] = side === "provider" ? [source, target] : [target, source];
  const pid = await only(lost, "select pg_backend_pid() as value");
  const endless = "copy (select s.id + g * 20000, body from sent s, generate_series(0, 10) g) to stdout";
  const terminate = `select pg_terminate_backend(pid)::text as value from pg_stat_activity
    where pid = ${pid} and state = 'active' and query like 'copy%'`;
  const terminated = eventually(() => only(to, terminate), { timeoutMs: 20_000, what: "the COPY is ended" });
  await Promise.all([
    expect(copyAcross(source, endless, target, INTO)).rejects.toThrow(/terminat|ECONNRESET/u),
    terminated,
  ]);
  expect(await only(kept, "select 1 as value")).toBe("1");
  await Promise.allSettled([source.end(), target.end()]);
});
