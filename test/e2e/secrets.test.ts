/** No password reaches a screen, a file, a log, a view of statements or a list of processes, whatever is done with it. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { query } from "../support/sql.ts";
import { prepareDistricts, WALK_SETS } from "../support/walk.ts";

/** In every spelling of the passwords, also of URLs and of keyword strings. */
const CORES = ["zq7OfTheAdministrator", "zq7OfTheMonitor", "zq7Mistyped"] as const;
const [ADMINISTRATOR, MONITOR, MISTYPED] = CORES.map((core) => `p@ s:${core}'"\\/%é`) as [
  string,
  string,
  string,
];

describe.each(["pglogical", "native"] as const)("%s", (engine) => {
  const tree = useTestTree({ districts: 1, regions: 1, engine });
  const tool = useTool();
  const seen = new Map<string, string>();
  let file = "";

  const note = (where: string, text: string): void =>
    void seen.set(where, `${seen.get(where) ?? ""}${text}\n`);
  const say = async (...words: string[]): Promise<void> => {
    for (const how of [["--json"], ["--log-level", "debug"]]) {
      const { stdout, stderr } = await tool.run([...words, ...how, "--timeout", "30", "-f", file], {
        onEvent: () => note("processes", processes()),
      });
      note(`tributary ${words.join(" ")}`, stdout + stderr);
      for (const { name, dsn } of tree.nodes)
        for (const { query: text } of await query(dsn, "select query from pg_stat_activity"))
          note(`statements at ${name}`, String(text));
    }
  };
  const topology = (password: string, link?: object): string => {
    const described = JSON.parse(tree.topologyFile(WALK_SETS)) as {
      nodes: Record<string, { tier: string; dsn: string }>;
    };
    const nodes = Object.entries(described.nodes).map(([name, node]) => {
      const dsn = new URL(node.dsn);
      dsn.username = "boss";
      dsn.password = encodeURIComponent(password);
      return [
        name,
        { ...node, dsn: dsn.href, ...(link !== undefined && node.tier === "district" ? { link } : {}) },
      ];
    });
    return JSON.stringify({ ...described, nodes: Object.fromEntries(nodes), monitor: { password: MONITOR } });
  };

  beforeAll(async () => {
    file = path.join(tree.directory, "secrets.yaml");
    await prepareDistricts(tree, 50);
    const quoted = ADMINISTRATOR.replaceAll("'", "''");
    for (const { dsn } of tree.nodes) {
      await query(dsn, `create role boss superuser login password '${quoted}'`);
      for (const setting of [
        "log_statement = 'all'",
        "log_connections = on",
        "log_min_duration_statement = 0",
      ])
        await query(dsn, `alter system set ${setting}`);
      await query(dsn, "select pg_reload_conf()");
    }
  });

  test("whatever is run, also with what goes wrong: nothing of them is anywhere", async () => {
    writeFileSync(file, topology(ADMINISTRATOR));
    const saved = path.join(tree.directory, "saved.json");
    await say("validate");
    await say("plan");
    await say("plan", "--sql");
    await say("plan", "--out", saved);
    note("saved plan", readFileSync(saved, "utf8"));
    await say("apply", "--yes");
    for (const command of [
      ["status"],
      ["doctor"],
      ["verify"],
      ["parked"],
      ["trace", "public.category", "1"],
      ["repair", "--yes"],
      ["skip", "district-a"],
    ])
      await say(...command);
    writeFileSync(file, topology(ADMINISTRATOR, { user: "boss", password: ADMINISTRATOR }));
    await say("apply", "--yes");
    writeFileSync(file, topology(MISTYPED, { user: "nobody", password: MISTYPED }));
    await say("status");
    writeFileSync(file, topology(ADMINISTRATOR));
    await say("apply", "--yes");
    await say("status");
    for (const { name, cluster } of tree.nodes) note(`log of ${name}`, readFileSync(cluster.logFile, "utf8"));
    for (const { name, dsn } of tree.nodes)
      note(`journal of ${name}`, JSON.stringify(await query(dsn, "select * from tributary.journal")));
    note("journal beside the file", readFileSync(`${file}.journal.jsonl`, "utf8"));
    const secrets = [...CORES, ...(await linkPasswords())];
    expect(secrets.length).toBeGreaterThan(CORES.length);
    const found = [...seen].flatMap(([where, text]) =>
      secrets
        .filter((secret) => text.includes(secret))
        .map((secret) => ({ where, line: lineWith(text, secret) })),
    );
    expect(found).toEqual([]);
  });

  /** What apply made for the links, as the subscribers keep it. */
  async function linkPasswords(): Promise<readonly string[]> {
    const connections =
      engine === "native"
        ? "select subconninfo as dsn from pg_subscription"
        : "select if_dsn as dsn from pglogical.node_interface";
    const rows = await Promise.all(tree.nodes.map(({ dsn }) => query(dsn, connections)));
    return rows
      .flat()
      .flatMap(
        ({ dsn }) =>
          /password='?([^' ]{16,})/u.exec(String(dsn))?.[1] ??
          /:\/\/[^:]+:([^@]{16,})@/u.exec(String(dsn))?.[1] ??
          [],
      );
  }
});

function processes(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8");
      } catch {
        return ""; // it has ended
      }
    })
    .join("\n");
}

const lineWith = (text: string, secret: string): string =>
  text
    .split("\n")
    .find((line) => line.includes(secret))
    ?.slice(0, 300) ?? "";
