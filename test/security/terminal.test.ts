/** Names, values and reasons that others chose reach a terminal as text: nothing of them is obeyed, forges a line or turns letters round. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { exitCodeOf, renderError } from "../../src/cli/render/error.ts";
import { renderFindings } from "../../src/cli/render/doctor.ts";
import { parseCommandLine } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { createContext } from "../../src/cli/context.ts";
import { outgoing } from "../../src/cli/outgoing.ts";
import { renderOverview } from "../../src/cli/render/overview.ts";
import { renderDiscard, renderParked } from "../../src/cli/render/parked.ts";
import { planAsJson, renderPlan, renderPlanSql } from "../../src/cli/render/plan.ts";
import { renderProblems, renderWarnings } from "../../src/cli/render/problems.ts";
import { jsonProgress, plainProgress, renderSummary } from "../../src/cli/render/progress.ts";
import { renderRefused, renderSkipped } from "../../src/cli/render/skip.ts";
import { renderStatus } from "../../src/cli/render/status.ts";
import { renderTrace } from "../../src/cli/render/trace.ts";
import { verificationPage } from "../../src/cli/render/verification-page.ts";
import { renderVerification } from "../../src/cli/render/verification.ts";
import { reportStatus } from "../../src/cli/status-report.ts";
import { PreconditionError, TopologyError } from "../../src/domain/errors.ts";
import { jsonText } from "../../src/domain/legible.ts";
import type { Problem, Step } from "../../src/domain/step.ts";
import type { VerificationReport } from "../../src/domain/verification.ts";
import { statementsOf } from "../../src/engine/steps.ts";
import { overviewOf } from "../../src/monitor/overview.ts";
import { renderFragment } from "../../src/monitor/page.ts";
import { draw } from "../../src/monitor/picture.ts";
import { plan } from "../../src/plan/plan.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import type { Trace } from "../../src/trace/report.ts";
import { useTestTree } from "../support/cluster.ts";
import { goldenCase } from "../support/golden.ts";
import { expectHarmless, expectWrittenOut, HOSTILE, OBEYED, poison } from "../support/hostile-text.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";
import { simulate } from "../support/simulate.ts";
import { HOUR, NO_ANSWER, watchedTree } from "../support/watched.ts";

const COLOURS = /\u001b\[\d+(?:;\d+)*m/gu; // oxlint-disable-line no-control-regex

const { topology, state: untouched } = await goldenCase("empty-tree");
const running = simulate(untouched, plan(topology, untouched));
const at = "2026-11-21T14:02:30Z";

const problem: Problem = poison({
  code: "table-differs",
  node: "east",
  severity: "error",
  message: "table differs",
  fix: "alter table x",
  fixIsSafeSql: true,
});

describe("every renderer", () => {
  test("plan, its SQL, its progress and its summary", () => {
    const made = plan(topology, untouched);
    const hostile = poison(made);
    const all = { ...hostile, problems: [problem] };
    expectWrittenOut(renderPlan(all));
    const rule = hostile.steps.find((step) => step.kind === "capture-table");
    if (rule === undefined) throw new Error("the plan captures nothing");
    const sql = renderPlanSql({ ...all, steps: [rule] }, (step: Step) => statementsOf(step));
    // What stands in quotes keeps its lines: it is SQL.
    expect(OBEYED.test(sql)).toBe(false);
    expect(sql.split("\n").filter((line) => line.startsWith("--"))).toHaveLength(6);
    expect(sql).toContain("-- Not to be run as it stands");
    expect(renderPlanSql(made, statementsOf)).not.toContain("Not to be run");
    expectHarmless(jsonText(planAsJson(all, statementsOf)));
    const said: string[] = [];
    const event = { step: "", node: "", detail: `${HOSTILE}`, time: at };
    const events = all.steps.map((step) => ({
      ...event,
      step: step.id,
      node: step.node,
      status: "done" as const,
    }));
    const progress = plainProgress(all, (line) => said.push(line));
    const json = jsonProgress((line) => said.push(line));
    for (const one of events) {
      progress.onEvent(one);
      json.onEvent(one);
    }
    expect(said).toHaveLength(2 * events.length);
    for (const line of said) expectHarmless(line);
    for (const line of said) expect(line).not.toContain("\n");
    expectWrittenOut(renderSummary(all, events, { done: 1, skipped: 0, failed: 0 }));
  });

  test("status", () => {
    expectWrittenOut(renderStatus(poison(reportStatus(topology, running, { arrivals: new Map() }))));
  });

  test("doctor, problems of a file, errors", () => {
    expectWrittenOut(renderFindings({ project: "slm", nodes: 1, problems: [problem], isVerbose: false }));
    const problems = [poison({ file: "t.yaml", line: 1, column: 1, message: "unknown", hint: "Mend it." })];
    expectWrittenOut(renderProblems(problems));
    expectHarmless(renderWarnings(problems, true));
    const detail = { code: "x", node: HOSTILE, hint: HOSTILE };
    for (const error of [
      new PreconditionError(HOSTILE, detail),
      new TopologyError(HOSTILE, { ...detail, problems }),
    ]) {
      expectWrittenOut(renderError(error, { json: false, color: false }));
      expectWrittenOut(renderError(error, { json: false, color: true }).replaceAll(COLOURS, ""));
      const json = renderError(error, { json: true, color: false });
      expectHarmless(json);
      expect(JSON.parse(json)).toMatchObject({ error: { message: HOSTILE, node: HOSTILE } });
    }
    expectHarmless(
      renderError(new Error(HOSTILE), { json: false, color: false }).replace("\nerror: forged", ""),
    );
  });

  test("parked rows", () => {
    const groups = [
      poison({
        node: "east",
        set: "main",
        table: "public.document",
        owner: "district-a",
        kind: "put",
        since: at,
        sqlState: "23505",
        reason: "duplicate",
        rows: 2,
        lastId: "1",
        oldest: [{ key: ["1"], detail: "Key exists." }],
      }),
    ];
    expectWrittenOut(renderParked("slm", groups as never));
    expectWrittenOut(renderDiscard(groups as never));
  });

  test("a comparison, as text and as a page", () => {
    const report = poison({
      project: "slm",
      verdict: "different",
      from: at,
      to: at,
      links: [
        {
          provider: "district-a",
          subscriber: "east",
          tables: [
            {
              relation: "public.document",
              verdict: "different",
              reason: "so",
              rowsBelow: 1,
              rowsAbove: 1,
              missing: 0,
              extra: 0,
              different: 1,
              parked: 0,
              kept: 0,
              unsettled: 0,
              isComplete: true,
              rows: [
                {
                  key: ["1"],
                  kind: "different",
                  owner: "district-a",
                  columns: [{ name: "title", below: "one", above: "two" }],
                },
              ],
            },
          ],
        },
      ],
      strays: [{ node: "east", relation: "public.document", owner: "x", rows: 1, keys: ["1"] }],
    }) as unknown as VerificationReport;
    expectWrittenOut(renderVerification(report));
    // A page has lines of its own, which forge nothing there.
    expect(OBEYED.test(verificationPage(report))).toBe(false);
  });

  test("a trace, and what was refused", () => {
    const place = {
      node: "district-a",
      tier: "district",
      isPresent: true,
      isSent: true,
      parts: [{ condition: "status = 'approved'", answer: "true" }],
      keeps: false,
      messages: [],
      isSearched: true,
      values: new Map(),
      owner: "district-a",
      isApproved: true,
    };
    const found = poison({
      relation: "public.document",
      key: ["17"],
      at: new Date(at),
      paths: [
        {
          owner: "district-a",
          isWell: false,
          places: [place, { ...place, node: "nation" }],
          hops: [
            {
              provider: "district-a",
              subscriber: "nation",
              finding: "different",
              standing: { state: "replicating", slot: "slot", error: "bad" },
              passage: "arrived",
              waitingBytes: 0,
              columns: [{ name: "title", below: "one", above: "two" }],
            },
          ],
        },
      ],
      silent: [{ node: "east", error: "down" }],
    }) as unknown as Trace;
    expectWrittenOut(renderTrace(found));
    const transaction = {
      xid: "1",
      committedAt: HOSTILE,
      end: HOSTILE,
      otherChanges: 0,
      commands: [{ role: HOSTILE, type: HOSTILE, commands: 1 }],
      messages: [{ relation: HOSTILE, messages: 1, rows: 1 }],
    };
    const link = { provider: { name: "district-a" }, subscriber: { name: "east" } } as never;
    expectWrittenOut(renderRefused(link, transaction as never));
    expectWrittenOut(renderSkipped(link, transaction as never));
  });

  test("the overview, in a terminal and as a page", () => {
    const tree = watchedTree(1, 2, Date.now() / 1000);
    tree.see("district-1-2", (vitals) => ({ ...vitals, version: HOSTILE, damage: [HOSTILE] }));
    tree.see("region-1", (vitals) => ({
      ...vitals,
      parked: [{ owner: "district-1-2", rows: 2, since: tree.at - HOUR, reason: HOSTILE }],
    }));
    tree.darken("district-1-1", 9 * HOUR, { ...NO_ANSWER, message: HOSTILE, hint: HOSTILE });
    const seen = overviewOf(draw(tree.shape, tree.records, tree.at), { endedAt: tree.at, isLate: false });
    expectHarmless(renderOverview(seen, { color: false, width: 1000 }));
    expectWrittenOut(renderOverview(poison(seen), { color: false, width: 1000 }));
    const styled = renderOverview(seen, { color: true, width: 1000 });
    expect(styled).toMatch(COLOURS);
    expectHarmless(styled.replaceAll(COLOURS, ""));
    expect(OBEYED.test(renderFragment(seen, new Set()))).toBe(false);
  });
});

test("the last gate lets our own colours pass, of renderers that say so, and nothing else", () => {
  const coloured = `\u001b[31mred\u001b[39m \u001b]0;title\u0007`;
  expect(outgoing(coloured)).toBe(String.raw`\x1b[31mred\x1b[39m \x1b]0;title\x07`);
  expect(outgoing(coloured, { isStyled: true })).toBe(
    `\u001b[31mred\u001b[39m ${String.raw`\x1b]0;title\x07`}`,
  );
  const json = JSON.stringify({ name: HOSTILE });
  expect(OBEYED.test(outgoing(json, { isJson: true }))).toBe(false);
  expect(JSON.parse(outgoing(json, { isJson: true }))).toEqual({ name: HOSTILE });
});

describe("on servers", () => {
  const tree = useTestTree({ districts: 1, regions: 0 });
  const NAME = "e\u001b[2J\u009b31m\u202e\nerror: forged";
  const TABLE = `public."${NAME}"`;
  const COLUMN = `"c${NAME}"`;
  const MAIN = path.resolve(import.meta.dirname, "../../src/cli/main.ts");
  let file: string;

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `create table ${TABLE} (id text primary key, ${COLUMN} text, approved boolean not null);
         create table public.plain (id int primary key)`,
      );
    await query(
      tree.dsn("nation"),
      `alter table ${TABLE} add constraint "k${NAME}" check (id <> 'bad${NAME}')`,
    );
    await provision(
      tree,
      { main: { tables: { [TABLE]: { where: "approved" } } } },
      {},
      { monitor: { interval: "1s", heartbeat: "1s" } },
    );
    file = path.join(tree.directory, "topology.yaml");
    await query(
      tree.dsn("district-a"),
      `insert into ${TABLE} values ('bad${NAME}', 'v${NAME}', true), ('good', 'v${NAME}', true)`,
    );
    const look = async (): Promise<true | undefined> => {
      const [found] = await query(tree.dsn("nation"), "select count(*)::int as n from tributary.parked");
      return found?.["n"] === 1 ? true : undefined;
    };
    await eventually(look, { timeoutMs: 60_000, what: "the row is parked" });
  });

  const ARGUMENTS = ["--import", "tsx", MAIN];
  /** A command as the tool runs it, with all that leaves it, in this process: a new one for each takes its time. */
  async function run(
    ...words: readonly string[]
  ): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
    const told = { stdout: "", stderr: "" };
    const streamTo = (name: keyof typeof told): NodeJS.WriteStream =>
      ({
        isTTY: false,
        write: (text: string) => {
          told[name] += text;
          return true;
        },
      }) as unknown as NodeJS.WriteStream;
    const around = {
      stdin: { isTTY: false } as NodeJS.ReadStream,
      stdout: streamTo("stdout"),
      stderr: streamTo("stderr"),
      environment: {},
      signal: new AbortController().signal,
      interrupt: () => undefined,
    };
    const isJson = words.includes("--json");
    try {
      const invocation = await parseCommandLine([...words, "-f", file], commands, "test");
      if (invocation.kind === "text") throw new Error(invocation.text);
      const status = await invocation.run(createContext(invocation.globals, around));
      return { status, ...told };
    } catch (error) {
      told.stderr += outgoing(renderError(error, { json: isJson, color: false }), { isJson });
      return { status: exitCodeOf(error), ...told };
    }
  }

  test.each([
    ["status"],
    ["parked"],
    ["plan"],
    ["plan", "--sql"],
    ["doctor"],
    ["verify", "--report", "verified"],
    ["trace", TABLE, `bad${NAME}`],
    ["repair"],
    ["validate"],
  ])("%s", async (...words) => {
    const inFolder = words.map((word) => (word === "verified" ? path.join(tree.directory, word) : word));
    for (const more of [[], ["--json"]]) {
      const { stdout, stderr } = await run(...inFolder, ...more);
      expectHarmless(stdout);
      expectHarmless(stderr);
      expect(stdout + stderr).not.toBe("");
    }
  });

  test("what waits is shown, written out", async () => {
    expect((await run("parked")).stdout).toContain(String.raw`e\x1b[2J\x9b31m\u202e\x0aerror: forged`);
    expect((await run("status")).stdout).toContain(String.raw`e\x1b[2J\x9b31m\u202e\x0aerror: forged`);
    const { parked } = JSON.parse((await run("parked", "--json")).stdout) as { parked: { table: string }[] };
    expect(parked[0]?.table).toContain(NAME);
  });

  test("a plan that changes something, apply, its journal, and an error that quotes", async () => {
    const text = readFileSync(file, "utf8");
    try {
      const { sets, ...rest } = JSON.parse(text) as { sets: { main: { tables: Record<string, object> } } };
      const changed = { [TABLE]: { where: "approved and id is not null" }, "public.plain": {} };
      writeFileSync(file, JSON.stringify({ ...rest, sets: { ...sets, main: { tables: changed } } }));
      for (const words of [["plan"], ["plan", "--sql"], ["plan", "--json"], ["apply", "--yes"]]) {
        const { status, stdout, stderr } = await run(...words);
        expect([words, status, stderr]).toEqual([words, 0, expect.any(String)]);
        if (words.includes("--sql")) expect(OBEYED.test(stdout)).toBe(false);
        else expectHarmless(stdout);
        expectHarmless(stderr);
      }
      expectHarmless(readFileSync(`${file}.journal.jsonl`, "utf8"));
      writeFileSync(file, JSON.stringify({ ...rest, sets: { [HOSTILE]: {} }, [HOSTILE]: 1 }));
      const broken = await run("validate");
      expect(broken.status).toBe(3);
      expectHarmless(broken.stdout + broken.stderr);
    } finally {
      writeFileSync(file, text);
    }
    const { status, stderr } = await run("trace", `public."no${NAME}"`, "1");
    expect(status).toBe(4);
    expectHarmless(stderr);
  });

  test("status --watch, and the log and the pages of the monitor", async () => {
    const watch = spawn(process.execPath, [...ARGUMENTS, "status", "--watch", "-f", file]);
    const monitor = spawn(process.execPath, [...ARGUMENTS, "monitor", "--listen", "127.0.0.1:0", "-f", file]);
    const said = { watch: "", monitor: "" };
    watch.stdout.on("data", (chunk: Buffer) => (said.watch += chunk.toString()));
    monitor.stderr.on("data", (chunk: Buffer) => (said.monitor += chunk.toString()));
    try {
      const url = await eventually(() => /http:\/\/[^\s]+/u.exec(said.monitor)?.[0], {
        timeoutMs: 60_000,
        what: "the monitor listens",
      });
      const page = async (): Promise<string | undefined> => {
        const text = await (await fetch(`${url}/overview.json`)).text();
        return text.includes("forged") ? text : undefined;
      };
      const overview = await eventually(page, { timeoutMs: 60_000, what: "the row is seen" });
      expectHarmless(overview);
      for (const where of ["/", "/page", "/metrics", `/probe?target=${encodeURIComponent(HOSTILE)}`])
        expect(OBEYED.test(await (await fetch(`${url}${where}`)).text())).toBe(false);
      await eventually(() => (said.watch.includes("forged") ? true : undefined), {
        timeoutMs: 60_000,
        what: "the row is shown",
      });
    } finally {
      for (const child of [watch, monitor]) {
        child.kill("SIGINT");
        await once(child, "exit");
      }
    }
    expectHarmless(said.watch);
    expectHarmless(said.monitor);
  });
});
