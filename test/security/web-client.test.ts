/** A web client that nobody let in, at the level of sockets, against a monitor that watches a real tree. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type Server, type Socket, connect, createServer } from "node:net";
import path from "node:path";
import { text as textOf } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RUNBOOKS } from "../../src/monitor/runbooks.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const MAIN = path.resolve(import.meta.dirname, "../../src/cli/main.ts");
const LIMIT_MS = 60_000;
const TOKEN = "a-long-secret";

const tree = useTestTree({ districts: 1, regions: 0 });
let open: Monitor;
let closed: Monitor;
/** Takes connections that nobody was told to make. */
let elsewhere: Server;
let strangers = 0;

interface Monitor {
  readonly port: number;
  readonly said: () => string;
  readonly tool: ChildProcess;
}

async function start(name: string, ...words: readonly string[]): Promise<Monitor> {
  const tool = spawn(
    process.execPath,
    [
      "--import",
      "tsx",
      MAIN,
      "monitor",
      "-f",
      path.join(tree.directory, "topology.yaml"),
      "--listen",
      "127.0.0.1:0",
      "--memory",
      path.join(tree.directory, `${name}.jsonl`),
      ...words,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  tool.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const port = await eventually(() => /http:\/\/127\.0\.0\.1:(\d+)/u.exec(said)?.[1], {
    timeoutMs: LIMIT_MS,
    what: "the monitor listens",
  });
  return { port: Number(port), said: () => said, tool };
}

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table item (id int primary key, approved boolean not null)");
  const sets = { main: { tables: { "public.item": { where: "approved" } } } };
  await provision(tree, sets, {}, { monitor: { interval: "1s", heartbeat: "1s" } });
  elsewhere = createServer((socket) => {
    strangers += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const token = path.join(tree.directory, "token");
  writeFileSync(token, `${TOKEN}\n`);
  [open, closed] = await Promise.all([
    start("open", "--allow-host", "watch.example.org"),
    start("closed", "--token-file", token),
  ]);
  const look = async (): Promise<true | undefined> =>
    (await get(open, "/readyz")).startsWith("HTTP/1.1 200") ? true : undefined;
  await eventually(look, { timeoutMs: LIMIT_MS, what: "a round is complete" });
});

afterAll(async () => {
  elsewhere?.close();
  for (const monitor of [open, closed].filter(Boolean)) {
    monitor.tool.kill("SIGTERM");
    await once(monitor.tool, "exit");
  }
});

/** Sends bytes, and gives all that comes until the other side hangs up. */
async function send({ port }: Monitor, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const answer = textOf(socket).catch(() => "");
  socket.write(bytes, "latin1");
  return await answer;
}

const request = (target: string, host = "127.0.0.1", more = ""): string =>
  `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;
const get = (monitor: Monitor, target: string, host?: string, more?: string): Promise<string> =>
  send(monitor, request(target, host, more));
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+) /u.exec(answer)?.[1]);
const lines = (monitor: Monitor): number => monitor.said().split("\n").length;

describe("the target", () => {
  const MALFORMED = ["//", "//[", "*", "http://[", "http://", "/%zz", "/%", "no/slash", "///etc/passwd"];

  test.each(MALFORMED)("%s is malformed: 400, with and without a token", async (target) => {
    expect(statusOf(await get(open, target))).toBe(400);
    expect(statusOf(await get(closed, target))).toBe(400);
  });

  test("a thousand of them are a line or two in the log", async () => {
    const before = lines(open);
    for (let round = 0; round < 20; round++)
      await Promise.all(Array.from({ length: 50 }, () => get(open, "//")));
    expect(lines(open) - before).toBeLessThanOrEqual(3);
  });

  test("no bytes of any kind make it answer 500, or end it", async () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    for (const target of Array.from(bytes, (letter) => `/${letter}`))
      expect([200, 400, 404, Number.NaN]).toContain(statusOf(await get(open, target)));
    expect(await send(open, `${bytes}\r\n\r\n`)).toMatch(/^(?:HTTP\/1\.1 400 |$)/u);
    expect(statusOf(await get(open, "/healthz"))).toBe(200);
  });

  test.each([
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/runbooks/../../package.json",
    "/runbooks/..%2f..%2fpackage.json",
    "/runbooks/TributarySlotLost.md",
    "/runbooks/TributarySlotLost%00",
    "/constructor",
    "/__proto__",
    "/topology.yaml",
  ])("%s leads nowhere", async (target) => {
    const answer = await get(open, target);
    expect(statusOf(answer)).toBe(404);
    expect(answer).not.toContain("root:");
  });

  test("runbooks are what is served of files", async () => {
    const [name] = RUNBOOKS;
    expect(statusOf(await get(open, `/runbooks/${name}`))).toBe(200);
  });
});

describe("the name that is asked for", () => {
  test("somebody else's is refused, whatever is asked for, with what would allow it", async () => {
    for (const target of ["/", "/page", "/metrics", "/overview.json", "/healthz", "/probe?target=nation"]) {
      for (const host of ["evil.example", `evil.example:${open.port}`, "localhost.evil.example"]) {
        const answer = await get(open, target, host);
        expect(statusOf(answer)).toBe(421);
        expect(answer).toContain("--allow-host");
        expect(answer).not.toContain("district-a");
      }
    }
    expect(statusOf(await get(open, "http://evil.example/metrics"))).toBe(421);
    expect(statusOf(await get(closed, "/", "evil.example", `Authorization: Bearer ${TOKEN}\r\n`))).toBe(421);
  });

  test("addresses, localhost, and what --allow-host names are served", async () => {
    for (const host of ["127.0.0.1", `127.0.0.1:${open.port}`, "localhost", "[::1]:1", "10.0.0.7"])
      expect(statusOf(await get(open, "/metrics", host))).toBe(200);
    for (const host of ["watch.example.org", "Watch.Example.org:443"])
      expect(statusOf(await get(open, "/metrics", host))).toBe(200);
    expect(statusOf(await send(open, "GET /healthz HTTP/1.0\r\n\r\n"))).toBe(200);
  });

  test("two names, or none", async () => {
    expect(statusOf(await send(open, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))).toBe(400);
    expect([400, 421]).toContain(statusOf(await get(open, "/", "127.0.0.1", "Host: evil.example\r\n")));
  });
});

describe("/probe", () => {
  test("asks nobody but nodes of the topology, and only for who is let in", async () => {
    const { port } = elsewhere.address() as { port: number };
    for (const target of [
      `127.0.0.1:${port}`,
      `postgresql://127.0.0.1:${port}/x`,
      `http://127.0.0.1:${port}/`,
      "district-a%0d%0aX: y",
      "__proto__",
      "",
    ]) {
      const answer = await get(open, `/probe?target=${encodeURIComponent(target)}`);
      expect(statusOf(answer)).toBe(404);
    }
    expect(strangers).toBe(0);
    expect(statusOf(await get(closed, "/probe?target=nation"))).toBe(401);
    expect(await get(open, "/probe?target=nation")).toContain('tributary_node_up{node="nation"} 1');
  });

  test("150 at once hold up nothing, not even where a server does not answer, and none of them fails", async () => {
    let answered = 0;
    tree.cluster("nation").freeze();
    const probes = Array.from({ length: 150 }, async () => {
      const answer = await get(open, "/probe?target=nation");
      answered += 1;
      return answer;
    });
    expect(statusOf(await get(open, "/healthz"))).toBe(200);
    expect(answered).toBe(0);
    tree.cluster("nation").thaw();
    for (const answer of await Promise.all(probes)) expect(answer).toContain("tributary_node_up");
  });
});

test("a name that is hostile to a page comes back as text, which no browser runs", async () => {
  const script = "<script>alert(1)</script>";
  for (const target of [`/probe?target=${encodeURIComponent(script)}`, `/${encodeURIComponent(script)}`]) {
    const answer = await get(open, target);
    expect(answer).toMatch(/^content-type: text\/plain/imu);
    expect(answer).toMatch(/^x-content-type-options: nosniff/imu);
  }
  const page = await get(open, "/");
  expect(page).toMatch(/^content-security-policy: default-src 'self'/imu);
  expect(page).not.toMatch(/^access-control-allow/imu);
});

test("only reading, and only for who is let in", async () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
    expect(`${method}: ${statusOf(await send(open, request("/", "127.0.0.1").replace("GET", method)))}`).toBe(
      `${method}: 405`,
    );
  for (const target of [
    "/",
    "/page",
    "/metrics",
    "/overview.json",
    "/healthz",
    "/readyz",
    "/runbooks/x",
    "/x",
  ])
    for (const more of ["", "Authorization: Bearer wrong\r\n", "Authorization: \r\n"])
      expect(statusOf(await get(closed, target, "127.0.0.1", more))).toBe(401);
  expect(statusOf(await get(closed, "/metrics", "localhost", `Authorization: Bearer ${TOKEN}\r\n`))).toBe(
    200,
  );
});

test("headers that are too large are refused", async () => {
  expect(statusOf(await get(open, "/", "127.0.0.1", `X: ${"x".repeat(100_000)}\r\n`))).toBe(431);
  expect(statusOf(await get(open, `/${"x".repeat(100_000)}`))).toBe(431);
  const many = Array.from({ length: 5000 }, (_, at) => `X-${at}: y\r\n`).join("");
  expect(statusOf(await get(open, "/", "127.0.0.1", many))).toBe(431);
  expect(statusOf(await get(open, "/healthz"))).toBe(200);
});

/** As many as fit into the 1,024 files that a process may have open in many places, with room for what it needs itself. */
const SLOW = 600;

test("hundreds that never finish their request keep nobody else out", async () => {
  const slow: Socket[] = [];
  try {
    for (let at = 0; at < SLOW; at++) {
      const socket = connect(open.port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
      slow.push(socket);
    }
    await Promise.all(slow.filter(({ connecting }) => connecting).map((socket) => once(socket, "connect")));
    for (const socket of slow) socket.write("a");
    expect(statusOf(await get(open, "/healthz"))).toBe(200);
    expect(await get(open, "/metrics")).toContain('tributary_node_up{node="district-a"} 1');
  } finally {
    for (const socket of slow) socket.destroy();
  }
  expect(statusOf(await get(open, "/healthz"))).toBe(200);
});
