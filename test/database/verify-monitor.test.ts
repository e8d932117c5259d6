/** The monitor compares links at their times, on real servers, and shows what was found, whoever compared. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import type { Context } from "../../src/cli/context.ts";
import { monitor } from "../../src/cli/commands/monitor.ts";
import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { loadTopology } from "../../src/topology/load.ts";
import { useTestTree } from "../support/cluster.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";
import { verify } from "../support/verify.ts";

const SETS = { main: { tables: { "public.item": { where: "approved" }, "public.note": {} } } };
const EACH_SECOND = { every: "* * * * * *", time_zone: "UTC" };
const NEW_YEAR = { every: "0 0 1 1 *" };
const YEAR_SECONDS = 365 * 86_400;
const LINK = '{provider="district-a",consumer="nation"';
const WAIT_MS = 60_000;

const tree = useTestTree({ districts: 1, regions: 0 });
const at = (name: string, text: string) => query(tree.dsn(name), text);

const section = (verify?: unknown): unknown => ({
  interval: "1s",
  heartbeat: "1s",
  ...(verify === undefined ? {} : { verify }),
});

/** The file as a monitor reads it, with another text for the district's dsn where one is given. */
function writeFile(verify?: unknown, districtDsn?: string): string {
  const file = path.join(tree.directory, "monitor.yaml");
  const text = tree.topologyFile(SETS, { monitor: section(verify) });
  writeFileSync(
    file,
    districtDsn === undefined ? text : text.replaceAll(tree.dsn("district-a"), districtDsn),
  );
  return file;
}

let topology: Topology;

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      "create table item (id int primary key, title text, approved boolean not null); create table note (id int primary key)",
    );
  await at("district-a", "insert into item select i, 'row ' || i, i % 2 = 0 from generate_series(1, 200) i");
  await at("district-a", "alter database slm set timezone = 'Asia/Tokyo'");
  ({ topology } = await provision(tree, SETS, {}, { monitor: section() }));
  await settled(tree);
});

interface Running extends AsyncDisposable {
  readonly url: string;
  readonly said: readonly string[];
  /** The value of a series of the district's link; undefined while there is none. */
  value(metric: string, more?: string): Promise<number | undefined>;
  untilSays(words: string): Promise<void>;
}

/** `tributary monitor`, in this process. */
async function start(file: string): Promise<Running> {
  const stop = new AbortController();
  const said: string[] = [];
  const context: Partial<Context> = {
    topologyFile: file,
    topology: async () => (await loadTopology(file)).topology,
    stdout: () => undefined,
    stderr: (text) => void said.push(text),
    signal: stop.signal,
  };
  const running = monitor.run(context as Context, {
    listen: "127.0.0.1:0",
    "allow-host": [],
    "token-file": undefined,
    "basic-auth-file": undefined,
    "tls-cert": undefined,
    "tls-key": undefined,
    "print-rules": false,
    "print-scrape-config": false,
    "print-dashboards": undefined,
    url: undefined,
    memory: path.join(tree.directory, "memory.jsonl"),
  });
  const url = await Promise.race([
    eventually(() => /http:\S+/u.exec(said.join("\n"))?.[0], { timeoutMs: WAIT_MS, what: "it listens" }),
    running.then(() => Promise.reject(new Error(said.join("\n")))),
  ]);
  return {
    url,
    said,
    value: async (metric, more = "") => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = text.split("\n").find((one) => one.startsWith(`${metric}${LINK}${more}} `));
      return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ")));
    },
    untilSays: async (words) => {
      await eventually(() => (said.some((line) => line.includes(words)) ? true : undefined), {
        timeoutMs: WAIT_MS,
        what: `it says ${words}`,
      });
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      expect(await running).toBe(0);
    },
  };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await eventually(async () => ((await isSo()) ? true : undefined), { timeoutMs: WAIT_MS, what });
}

/** As somebody does who switches off what protects delivered rows. */
const byHand = (text: string) =>
  at("nation", `begin; set local session_replication_role = replica; ${text}; commit`);

test("each second is each second; what differs is exported, told once, and alarms", async () => {
  await using running = await start(writeFile(EACH_SECOND));
  await until("both ends are equal", async () => (await running.value("tributary_verify_equal")) === 1);
  expect(await running.value("tributary_verify_interval_seconds")).toBe(1);
  expect(await running.value("tributary_verify_uncompared_tables")).toBe(0);
  const first = (await running.value("tributary_verify_last_timestamp_seconds")) ?? Number.NaN;
  expect(Date.now() / 1000 - first).toBeLessThan(WAIT_MS / 1000);
  await until("it was compared again, and again", async () => {
    const last = await running.value("tributary_verify_last_timestamp_seconds");
    return (last ?? 0) > first + 2;
  });

  await byHand("delete from item where id = 2; update item set title = 'other' where id in (4, 6)");
  await until("it is seen", async () => (await running.value("tributary_verify_equal")) === 0);
  expect(await running.value("tributary_verify_rows", ',kind="missing"')).toBe(1);
  expect(await running.value("tributary_verify_rows", ',kind="different"')).toBe(2);
  expect(await running.value("tributary_verify_rows", ',kind="extra"')).toBe(0);
  await running.untilSays("district-a → nation: both ends differ: public.item, 1 missing, 2 different");
  await using prometheus = await startPrometheus(running.url);
  const alert = await prometheus.untilFiring("TributaryVerifyDiffers", { provider: "district-a" });
  expect(alert.annotations["summary"]).toContain("3 rows");
  const page = await (await fetch(`${running.url}/page`)).text();
  expect(page).toContain("1 missing, 2 different");

  await byHand(
    "insert into item values (2, 'row 2', true); update item set title = 'row ' || id where id in (4, 6)",
  );
  await until("it is mended", async () => (await running.value("tributary_verify_equal")) === 1);
  await prometheus.untilQuiet("TributaryVerifyDiffers");
  expect(running.said.filter((line) => line.includes("both ends differ"))).toHaveLength(1);
});

test("another file on SIGHUP, the age by the clock, and what somebody else found", async () => {
  const file = writeFile(EACH_SECOND);
  await using running = await start(file);
  await until("it compares", async () => (await running.value("tributary_verify_equal")) === 1);
  writeFile(NEW_YEAR);
  process.emit("SIGHUP");
  await running.untilSays("is read again");
  await until("another interval", async () => {
    return (await running.value("tributary_verify_interval_seconds")) === YEAR_SECONDS;
  });
  // What was being compared just then has ended when nobody is connected for it.
  await until("nobody compares", async () => {
    const [row] = await at(
      "nation",
      "select count(*)::int as sessions from pg_stat_activity where application_name = 'tributary'",
    );
    return row?.["sessions"] === 0;
  });
  const long = Date.now() / 1000 - 3 * YEAR_SECONDS;
  await at("nation", `update tributary.verification set finished_at = to_timestamp(${long})`);
  await until("it is old", async () => {
    const last = (await running.value("tributary_verify_last_timestamp_seconds")) ?? 0;
    return Math.abs(last - long) < 1;
  });
  await using prometheus = await startPrometheus(running.url);
  const alert = await prometheus.untilFiring("TributaryNotVerified", { provider: "district-a" });
  expect(alert.annotations["summary"]).toContain("1095d");

  expect((await verify(topology)).verdict).toBe("equal");
  await prometheus.untilQuiet("TributaryNotVerified");
});

test("the site's own zone: the database's, that of all, the server's; not that of our own sessions", async () => {
  await at("district-a", "alter system set timezone = 'Europe/Prague'");
  await at("district-a", "select pg_reload_conf()");
  await at("nation", "alter role all set timezone = 'America/New_York'");
  const zones = async (name: string): Promise<unknown> =>
    (await at(name, "select tributary.own_time_zone() as zone"))[0]?.["zone"];
  expect(await zones("district-a")).toBe("Asia/Tokyo");
  expect(await zones("nation")).toBe("America/New_York");
  await at("district-a", "alter database slm reset timezone");
  await until("the server's own", async () => (await zones("district-a")) === "Europe/Prague");
  await at("nation", "alter role all reset timezone");
  await at("district-a", "alter database slm set timezone = 'Asia/Tokyo'");
});

test("a table that was never compared counts from its first copy, and says so", async () => {
  await at("nation", "delete from tributary.verification where relation = 'public.note'");
  await using running = await start(writeFile(NEW_YEAR));
  await until("the tree is seen", async () => {
    return (await running.value("tributary_verify_uncompared_tables")) === 1;
  });
  expect(await running.value("tributary_verify_equal")).toBeUndefined();
  const [row] = await at(
    "nation",
    "select extract(epoch from done_at)::float8 as done_at from tributary.seed where relation = 'public.note'",
  );
  const last = await running.value("tributary_verify_last_timestamp_seconds");
  expect(last).toBeCloseTo(Number(row?.["done_at"]), 0);
});

test("without the password of the dsn's user, that is told once, and the monitor goes on", async () => {
  const stranger = tree.dsn("district-a").replace(/\/\/[^@]+@/u, "//stranger@");
  await using running = await start(writeFile(EACH_SECOND, stranger));
  await running.untilSays("district-a → nation: it could not be compared");
  const told = running.said.filter((line) => line.includes("could not be compared"));
  expect(told[0]).toContain("give this monitor the password of that user");
  await until("it sees the district", async () => {
    const text = await (await fetch(`${running.url}/metrics`)).text();
    return text.includes('tributary_node_up{node="district-a"} 1');
  });
});
