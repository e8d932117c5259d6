/** The packages are upgraded under a running server: the monitor, whose role has no right to ask, and doctor tell that it needs a restart. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { programCommand, programSight, readProgram } from "../../src/host/program.ts";
import { localDisks } from "../../src/monitor/local-disks.ts";
import { diagnose } from "../../src/observe/doctor/diagnose.ts";
import { observe } from "../../src/observe/observe.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import { testBinaries } from "../support/cluster-binaries.ts";
import { useTestTree } from "../support/cluster.ts";
import { type RunningMonitor, startMonitor } from "../support/monitor.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const NODE = "district-a";
/** Programs of our own, which can be replaced; libraries stay where they were installed. */
const programs = mkdtempSync(path.join(tmpdir(), "tributary-test-programs-"));

beforeAll(async () => {
  const { directory } = await testBinaries();
  cpSync(directory, programs, { recursive: true, dereference: true });
  execFileSync("chmod", ["-R", "go+rX", programs]);
  process.env["TEST_PG_BIN"] = programs;
});
const tree = useTestTree({ districts: 1 });
let topology: Topology;

beforeAll(async () => {
  for (const { dsn } of tree.nodes) await query(dsn, "create table item (id int primary key)");
  ({ topology } = await provision(tree, { main: { tables: { "public.item": {} } } }, {}, { monitor: {} }));
});
afterAll(() => rmSync(programs, { recursive: true, force: true }));

const isCurrent = (monitor: RunningMonitor): boolean | undefined =>
  monitor.node(NODE).checks.find(({ name }) => name === "program_current")?.isOk;

const isTold = async (): Promise<boolean> => {
  await using sessions = new Sessions(topology.nodes);
  const found = await diagnose(topology, await observe(topology, { sessions }), sessions);
  return found.some(({ code, node }) => code === "restart-needed" && node === NODE);
};

test("told where the machine can be looked at, until the server is restarted", async () => {
  await using monitor = await startMonitor(topology, {
    disksOf: async ({ name, vitals }) => {
      const local = vitals && (await localDisks(tree.dsn(name), vitals));
      return local && vitals && { ...local, ...(await programSight(vitals)) };
    },
  });
  await monitor.until("the program is known", () => isCurrent(monitor) === true);
  expect(await isTold()).toBe(false);
  const program = path.join(programs, "postgres");
  utimesSync(program, new Date(), new Date());
  await monitor.until("it is told", () => isCurrent(monitor) === false);
  expect(await monitor.get("/metrics")).toMatch(
    /tributary_node_config_ok\{[^}]*node="district-a"[^}]*check="program_current"[^}]*\} 0/u,
  );
  const page = (await monitor.get("/")).replaceAll(/<[^>]*>/gu, " ").replaceAll(/\s+/gu, " ");
  expect(page.toLowerCase()).toContain("a restart is needed: the server still runs");
  expect(await isTold()).toBe(true);
  await tree.cluster(NODE).stop();
  await tree.cluster(NODE).start();
  await monitor.until("it is over", () => monitor.node(NODE).record.isUp && isCurrent(monitor) === true);
  expect(await isTold()).toBe(false);
});

test("the command that runs over SSH finds the same program", () => {
  const data = path.join(tree.cluster(NODE).directory, "data");
  const seconds = readProgram(execFileSync("sh", ["-c", programCommand(data)], { encoding: "utf8" }));
  const [, changed] = /(\d+)/u.exec(
    execFileSync("stat", ["-c", "%Z", path.join(programs, "postgres")], { encoding: "utf8" }),
  ) ?? ["", ""];
  expect(seconds).toBe(Number(changed));
  const none = execFileSync("sh", ["-c", `${programCommand("/no/such place's")} || true`], {
    encoding: "utf8",
  });
  expect(readProgram(none)).toBeUndefined();
});
