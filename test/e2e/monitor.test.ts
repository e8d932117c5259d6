/** `tributary monitor` as a process, on a real tree. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

import { beforeAll, expect, inject, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SETS = { main: { tables: { "public.item": { where: "approved" } } } };
const MONITOR = { interval: "1s", heartbeat: "1s" };

const tree = useTestTree({ districts: 1, regions: 0 });
let file: string;

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table item (id int primary key, title text, approved boolean not null)");
  await provision(tree, SETS, {}, { monitor: MONITOR });
  file = path.join(tree.directory, "topology.yaml");
});

interface Running extends AsyncDisposable {
  readonly tool: ChildProcess;
  readonly url: string;
  readonly said: () => string;
  get(where: string, headers?: Record<string, string>): Promise<Response>;
}

async function start(...words: readonly string[]): Promise<Running> {
  const tool = spawn(
    process.execPath,
    [inject("tool"), "monitor", "-f", file, "--listen", "127.0.0.1:0", ...words],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  const lines = createInterface({ input: tool.stderr });
  const url = await new Promise<string>((resolve, reject) => {
    tool.once("exit", () => reject(new Error(said)));
    lines.on("line", (line) => {
      said += `${line}\n`;
      const found = /https?:\/\/\S+/u.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const running: Running = {
    tool,
    url,
    said: () => said,
    get: (where, headers = {}) => fetch(`${url}${where}`, { headers }),
    [Symbol.asyncDispose]: async () => {
      if (tool.exitCode !== null || tool.signalCode !== null) return;
      tool.kill("SIGTERM");
      await once(tool, "exit");
    },
  };
  return running;
}

const run = (...words: readonly string[]): { code: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inject("tool"), ...words], {
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
};

async function untilReady(monitor: Running): Promise<void> {
  await eventually(async () => ((await monitor.get("/readyz")).ok ? true : undefined), {
    timeoutMs: 30_000,
    what: "a round is complete",
  });
}

async function untilSays(monitor: Running, where: string, words: string): Promise<string> {
  return await eventually(
    async () => {
      const text = await (await monitor.get(where)).text();
      return text.includes(words) ? text : undefined;
    },
    { timeoutMs: 30_000, what: `${where} says ${words}` },
  );
}

test("metrics that promtool has nothing to say about, in both formats, and the page", async () => {
  await using monitor = await start();
  await untilReady(monitor);
  const text = await untilSays(
    monitor,
    "/metrics",
    'tributary_heartbeat_sent_timestamp_seconds{origin="district-a",observer="nation"}',
  );
  expect(execFileSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })).toBe("");
  const perNode = text.split("\n").filter((line) => line.includes('"district-a"'));
  expect(perNode.length).toBeLessThanOrEqual(70);
  const open = await monitor.get("/metrics", { accept: "application/openmetrics-text; version=1.0.0" });
  expect(open.headers.get("content-type")).toMatch(/^application\/openmetrics-text/u);
  expect(await open.text()).toMatch(/# EOF\n$/u);
  const page = await monitor.get("/");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(await page.text()).toContain("district-a");
  expect(await (await monitor.get("/probe?target=district-a")).text()).toContain(
    'tributary_node_up{node="district-a"} 1',
  );
  expect((await monitor.get("/probe?target=nobody")).status).toBe(404);
  expect((await monitor.get("/nowhere")).status).toBe(404);
  expect((await fetch(`${monitor.url}/metrics`, { method: "POST" })).status).toBe(405);
  expect(await (await monitor.get("/runbooks/TributarySlotLost")).text()).toContain("TributarySlotLost");
});

test("with a token, nobody else is let in", async () => {
  const token = path.join(tree.directory, "token");
  writeFileSync(token, "a-long-secret\n");
  await using monitor = await start("--token-file", token);
  for (const where of ["/metrics", "/", "/healthz", "/overview.json"]) {
    expect((await monitor.get(where)).status).toBe(401);
    expect((await monitor.get(where, { authorization: "Bearer wrong" })).status).toBe(401);
  }
  expect((await monitor.get("/healthz", { authorization: "Bearer a-long-secret" })).status).toBe(200);
  expect(monitor.said()).not.toContain("a-long-secret");
});

test("killed and started again: what it knew is there; a file that is broken is laid aside", async () => {
  const memory = path.join(tree.directory, "memory.jsonl");
  const first = await start("--memory", memory);
  await untilReady(first);
  first.tool.kill("SIGTERM");
  const [code] = (await once(first.tool, "exit")) as [number | null];
  expect(code).toBe(0);
  expect(readFileSync(memory, "utf8")).toContain('"node":"district-a"');
  await tree.cluster("district-a").stop();
  try {
    await using second = await start("--memory", memory);
    const text = await untilSays(second, "/metrics", 'tributary_node_up{node="district-a"} 0');
    // Who was last seen before the restart is known to have been seen.
    expect(text).toMatch(/tributary_node_last_success_timestamp_seconds\{node="district-a"\} \d/u);
    await untilSays(second, "/metrics", 'tributary_slot_predicted_loss_timestamp_seconds{node="district-a"');
  } finally {
    await tree.cluster("district-a").start();
  }
  writeFileSync(memory, "half of a li");
  await using third = await start("--memory", memory);
  expect(third.said()).toContain(`it is now ${memory}.broken`);
  expect(existsSync(`${memory}.broken`)).toBe(true);
  await untilReady(third);
});

test("SIGHUP: the file is read again; one that is broken changes nothing", async () => {
  await using monitor = await start();
  await untilReady(monitor);
  const text = readFileSync(file, "utf8");
  try {
    writeFileSync(file, "version: 7");
    monitor.tool.kill("SIGHUP");
    await eventually(() => (monitor.said().includes("goes on with the file as it was") ? true : undefined), {
      timeoutMs: 30_000,
      what: "it says so",
    });
    expect(await (await monitor.get("/metrics")).text()).toContain('node="nation"');
    const other = JSON.parse(text) as { nodes: Record<string, object> };
    const { nation = {} } = other.nodes;
    writeFileSync(file, JSON.stringify({ ...other, sets: SETS, nodes: { nation } }));
    monitor.tool.kill("SIGHUP");
    await eventually(
      async () => ((await (await monitor.get("/metrics")).text()).includes("district-a") ? undefined : true),
      { timeoutMs: 30_000, what: "the district has no series" },
    );
  } finally {
    writeFileSync(file, text);
  }
});

test("what cannot be: no monitor in the file, a port that is taken, half of a certificate, an empty token", async () => {
  await using monitor = await start();
  const { host } = new URL(monitor.url);
  const taken = run("monitor", "-f", file, "--listen", host);
  expect([taken.code, taken.stderr]).toEqual([4, expect.stringContaining("is in use")]);
  const bare = path.join(tree.directory, "bare.yaml");
  const { monitor: _, ...without } = JSON.parse(readFileSync(file, "utf8")) as { monitor: object };
  writeFileSync(bare, JSON.stringify(without));
  const missing = run("monitor", "-f", bare);
  expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining("monitor: {}")]);
  expect(run("monitor", "-f", file, "--tls-cert", "x").code).toBe(2);
  expect(run("monitor", "-f", file, "--listen", "nowhere").code).toBe(2);
  expect(run("monitor", "-f", file, "--allow-host", "http://watch.example.org").code).toBe(2);
  const empty = path.join(tree.directory, "empty");
  writeFileSync(empty, "\n");
  expect(run("monitor", "-f", file, "--token-file", empty).code).toBe(4);
  const unkept = run(
    "monitor",
    "-f",
    file,
    "--listen",
    "0",
    "--memory",
    path.join(tree.directory, "no", "memory"),
  );
  expect([unkept.code, unkept.stderr]).toEqual([2, expect.stringContaining("cannot be kept in")]);
});

test("files for Prometheus and Grafana, without a checkout and without a topology file", () => {
  const rules = run("monitor", "--print-rules", "--url", "https://watch.example.org/");
  expect(rules.stdout).toContain("https://watch.example.org/runbooks/TributarySlotLost");
  const target = path.join(tree.directory, "grafana");
  expect(run("monitor", "--print-dashboards", target).code).toBe(0);
  expect(existsSync(path.join(target, "dashboards", "tributary-operator.json"))).toBe(true);
  expect(run("monitor", "--print-scrape-config", "--listen", "10.0.0.1:9000").stdout).toContain(
    "10.0.0.1:9000",
  );
});

test("status --watch shows the same", async () => {
  const tool = spawn(process.execPath, [inject("tool"), "status", "--watch", "-f", file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  tool.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await eventually(() => (text.includes("district-a") ? true : undefined), {
    timeoutMs: 30_000,
    what: "it is drawn",
  });
  tool.kill("SIGINT");
  const [code] = (await once(tool, "exit")) as [number | null];
  expect(code).toBe(0);
});
