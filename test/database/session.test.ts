import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import { ConnectionError, PreconditionError } from "../../src/domain/errors.ts";
import { Secret, type Statement } from "../../src/domain/statement.ts";
import { openClient } from "../../src/postgres/client.ts";
import { isLockTimeout, StatementError } from "../../src/postgres/errors.ts";
import type { Query } from "../../src/postgres/query.ts";
import { type Session, type SessionOptions, connect } from "../../src/postgres/session.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { TEST_DATABASE, useTestCluster } from "../support/cluster.ts";
import { openApplication, query as ask } from "../support/sql.ts";

const cluster = useTestCluster();

const sql = <Shape extends z.ZodType>(text: string, row: Shape): Query<z.infer<Shape>> =>
  ({ file: "inline", text, row }) as Query<z.infer<Shape>>;
const join = (text: string, ...values: Statement["values"] & {}): Statement => ({
  text,
  values,
  transaction: "join",
});
const open = (options: SessionOptions = {}): Promise<Session> =>
  connect({ name: "east", dsn: cluster.dsn }, options);
const failure = async (dsn: string, timeoutMs = 20_000): Promise<ConnectionError> => {
  const error: unknown = await connect({ name: "east", dsn }, { timeoutMs }).then(
    (session) => session.close(),
    (problem: unknown) => problem,
  );
  expect(error).toBeInstanceOf(ConnectionError);
  return error as ConnectionError;
};
const at = (): string => `127.0.0.1:${cluster.cluster.port}`;

describe("values", () => {
  test("parameters and results keep their type and their text", async () => {
    await using session = await open();
    const row = await session.one(
      sql(
        `select $1::text[] as names, $2::int8 as big, $3::bool as flag, $4::jsonb as json, $5::timestamptz::text as at,
           $6::text as nothing, '1 day 2 hours'::interval::text as span, 0.1::float8 + 0.2 as sum, '\\x00ff'::bytea::text as bytes`,
        z.object({
          names: z.array(z.string().nullable()),
          big: z.number(),
          flag: z.boolean(),
          json: z.unknown(),
          at: z.string(),
          nothing: z.null(),
          span: z.string(),
          sum: z.number(),
          bytes: z.string(),
        }),
      ),
      ['a"b', "c\\d", "e,f", "", "{x}", "NULL"],
      9_007_199_254_740_991,
      true,
      '{"a": [1, null]}',
      "2024-02-29 23:59:59.123456+02",
      null,
    );
    expect(row).toEqual({
      names: ['a"b', "c\\d", "e,f", "", "{x}", "NULL"],
      big: 9_007_199_254_740_991,
      flag: true,
      json: { a: [1, null] },
      at: "2024-02-29 21:59:59.123456+00",
      nothing: null,
      span: "1 day 02:00:00",
      sum: 0.300_000_000_000_000_04,
      bytes: "\\x00ff",
    });
  });

  test("settings of the database do not change how values read", async () => {
    await ask(cluster.dsn, `alter database ${TEST_DATABASE} set datestyle = 'SQL, DMY'`);
    await ask(cluster.dsn, `alter database ${TEST_DATABASE} set timezone = 'Asia/Kabul'`);
    await using session = await open();
    const row = await session.one(
      sql(
        "select '2024-02-01'::date::text as day, current_setting('timezone') as zone",
        z.object({ day: z.string(), zone: z.string() }),
      ),
    );
    expect(row).toEqual({ day: "2024-02-01", zone: "UTC" });
    await ask(cluster.dsn, `alter database ${TEST_DATABASE} reset all`);
  });

  test("a row of another shape is our bug and says which query", async () => {
    await using session = await open();
    await expect(session.all(sql("select 1 as a", z.object({ a: z.string() })))).rejects.toThrow(
      /inline gave a row of another shape/,
    );
  });
});

describe("run", () => {
  test("statements that join stand or fall together", async () => {
    await using session = await open();
    await session.run([join("create table public.together (id int)")]);
    await expect(
      session.run([join("insert into public.together values ($1)", 1), join("select 1/0")]),
    ).rejects.toThrow(/division by zero/);
    await session.run(
      [
        join("insert into public.together values ($1); select 1"),
        join("insert into public.together values (3)"),
      ].slice(1),
    );
    expect(await session.all(sql("select id from public.together", z.object({ id: z.number() })))).toEqual([
      { id: 3 },
    ]);
  });

  test("a statement that stands alone runs outside a transaction", async () => {
    await using session = await open();
    await session.run([
      join("create table public.alone (id int)"),
      { text: "vacuum public.alone", transaction: "alone" },
    ]);
    const { n } = await session.one(
      sql("select count(*) as n from pg_class where relname = 'alone'", z.object({ n: z.number() })),
    );
    expect(n).toBe(1);
  });

  test("waits for a lock no longer than it may", async () => {
    await using holder = openApplication(cluster.dsn);
    // Were it to wait as long as a session does by itself, its statement would be over before.
    await using session = await open({ statementTimeoutMs: 20_000 });
    await session.run([join("create table public.locked (id int)")]);
    await holder.query("begin; lock table public.locked");
    const error: unknown = await session
      .run([join("alter table public.locked add column b int")], { lockTimeoutMs: 100 })
      .catch((e: unknown) => e);
    expect(isLockTimeout(error)).toBe(true);
    await holder.query("rollback");
    await session.run([join("alter table public.locked add column b int")]);
  });

  test("a probe leaves nothing behind", async () => {
    await using session = await open();
    const rows = await session.probe(
      [join("create table public.probed (id int)")],
      sql("select count(*) as n from public.probed", z.object({ n: z.number() })),
    );
    expect(rows).toEqual([{ n: 0 }]);
    const left = await session.one(
      sql("select to_regclass('probed')::text as it", z.object({ it: z.string().nullable() })),
    );
    expect(left.it).toBeNull();
  });

  test("a secret in a statement does not come back in its error", async () => {
    await using session = await open();
    const dsn = "postgresql://u:hunter2secret@nowhere.invalid/x";
    const error: unknown = await session
      .run([join("select $1::text::int", new Secret(dsn, "***"))])
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StatementError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("hunter2secret");
  });

  test("a role without the right is told whom to ask", async () => {
    await ask(cluster.dsn, "create role weak login");
    await using session = await connect({ name: "east", dsn: cluster.dsn.replace("postgres@", "weak@") });
    await expect(session.run([join("create role other")])).rejects.toBeInstanceOf(PreconditionError);
  });
});

describe("a connection that cannot be made", () => {
  test("nothing listens", async () => {
    const error = await failure("postgresql://postgres@127.0.0.1:1/slm");
    expect(error.message).toBe('node "east": nothing accepts connections at 127.0.0.1:1');
    expect(error.hint).toMatch(/Start the server/);
  });

  test("unknown host", async () => {
    expect((await failure("postgresql://postgres@nowhere.invalid/slm")).code).toBe("unknown-host");
  });

  test("a port that takes connections and says nothing", async () => {
    const silent = net.createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as net.AddressInfo;
    expect((await failure(`postgresql://postgres@127.0.0.1:${port}/slm?sslmode=disable`, 2000)).code).toBe(
      "no-answer",
    );
    silent.close();
  });

  test("a port that hangs up at once", async () => {
    const rude = net.createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(rude, "listening");
    const { port } = rude.address() as net.AddressInfo;
    const error = await failure(`postgresql://postgres@127.0.0.1:${port}/slm?sslmode=disable`);
    expect(["no-answer", "connection-lost"]).toContain(error.code);
    rude.close();
  });

  test("unknown database", async () => {
    const error = await failure(cluster.dsn.replace(/slm$/, "sln"));
    expect(error.message).toBe(`node "east": the server at ${at()} has no database "sln"`);
  });

  test("wrong password, which is not shown", async () => {
    await ask(cluster.dsn, "create role guarded login password 'right'");
    await guard("guarded");
    const error = await failure(cluster.dsn.replace("postgres@", "guarded:wrongword@"));
    expect(error.message).toBe(`node "east": the server at ${at()} refuses the password of user "guarded"`);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("wrongword");
  });

  test("no line in pg_hba.conf", async () => {
    const error = await failure(cluster.dsn.replace("postgres@", "refused@"));
    expect(error.code).toBe("not-authorized");
    expect(error.hint).toMatch(/pg_hba.conf/);
  });

  test("a server without TLS where TLS is required", async () => {
    const error = await failure(`${cluster.dsn}?sslmode=require`);
    expect(error.code).toBe("tls");
    expect(error.message).toMatch(/does not offer TLS/);
  });

  test("a server that stands by where writes are wanted", async () => {
    await ask(
      cluster.dsn,
      "create role reader login; alter role reader set default_transaction_read_only = on",
    );
    const error = await failure(
      `${cluster.dsn.replace("postgres@", "reader@")}?target_session_attrs=read-write`,
    );
    expect(error.code).toBe("read-only");
  });

  test("a parameter that we cannot honour", async () => {
    await expect(connect({ name: "east", dsn: `${cluster.dsn}?service=x` })).rejects.toThrow(
      /"service" is not supported/,
    );
  });
});

describe("passwords and the copying driver", () => {
  test("a passfile is read, unless others may read it too", async () => {
    await ask(cluster.dsn, "create role filed login password 'in:file'");
    await guard("filed");
    const file = path.join(cluster.cluster.directory, "passfile");
    await writeFile(file, `# comment\n127.0.0.1:*:${TEST_DATABASE}:filed:in\\:file\n`, { mode: 0o600 });
    const node = { name: "east", dsn: `${cluster.dsn.replace("postgres@", "filed@")}?passfile=${file}` };
    await (await connect(node)).close();
    const client = await openClient(node);
    expect((await client.query("select 1::int8 as one, current_setting('datestyle') as style")).rows).toEqual(
      [{ one: "1", style: "ISO, YMD" }],
    );
    await client.end();
    await chmod(file, 0o644);
    await expect(connect(node)).rejects.toThrow(/refuses the password/);
  });
});

describe("sessions", () => {
  test("keep one connection to each node and survive a restart of the server", async () => {
    await using sessions = new Sessions([{ name: "east", dsn: cluster.dsn }]);
    const first = await sessions.get("east");
    expect(await sessions.get("east")).toBe(first);
    await cluster.cluster.stop("immediate");
    await expect(first.all(sql("select 1 as one", z.object({ one: z.number() })))).rejects.toBeInstanceOf(
      ConnectionError,
    );
    await cluster.cluster.start();
    expect(await first.all(sql("select 1 as one", z.object({ one: z.number() })))).toEqual([{ one: 1 }]);
    await expect(sessions.get("west")).rejects.toThrow(/no node "west"/);
  });

  test("an abort ends what is under way", async () => {
    const abort = new AbortController();
    await using session = await connect({ name: "east", dsn: cluster.dsn }, { signal: abort.signal });
    const sleeping = session.run([join("select pg_sleep(30)")]);
    setImmediate(() => abort.abort());
    await expect(sleeping).rejects.toThrow(/interrupted/);
  });
});

/** From now on the role needs a password, and "refused" may not come in at all. */
async function guard(role: string): Promise<void> {
  const hba = path.join(cluster.cluster.directory, "data", "pg_hba.conf");
  const line = `host all ${role} all scram-sha-256\nhost all refused all reject\nhost all all all trust\nlocal all all trust\n`;
  await writeFile(hba, line);
  await ask(cluster.dsn, "select pg_reload_conf()");
}
