import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseTopology } from "../../topology/parse.ts";
import type { Context } from "../context.ts";
import { init } from "./init.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tributary-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function contextWith(answers?: readonly string[]): { context: Context; said: string[] } {
  const said: string[] = [];
  const left = [...(answers ?? [])];
  const context: Context = {
    topologyFile: join(folder, "topology.yaml"),
    topology: () => Promise.reject(new Error("init reads no topology")),
    stdout: (text) => void said.push(text),
    stderr: (text) => void said.push(text),
    json: false,
    color: false,
    isTerminal: false,
    canAsk: answers !== undefined,
    signal: new AbortController().signal,
    confirm: () => Promise.resolve(false),
    ask: (_question, preset = "") => Promise.resolve(left.shift() || preset),
  };
  return { context, said };
}

const options = { project: undefined, root: undefined, child: [], table: [], tiers: undefined };
const fromFile = (): Promise<Awaited<ReturnType<typeof parseTopology>>> =>
  parseTopology(readFileSync(join(folder, "topology.yaml"), "utf8"), {
    file: "topology.yaml",
    environment: (name) => `secret of ${name}`,
    readFile: () => "",
  });

test("options become a file that is valid", async () => {
  const { context, said } = contextWith();
  const code = await init.run(context, {
    ...options,
    project: "slm",
    root: "nation=postgresql://postgres:hunter2@nation.example.org:6000/slm?sslmode=require",
    child: ["nation/east=postgresql://postgres@east/slm", "east/d-1=postgresql://postgres@d1/slm"],
    table: ["public.document=status = 'approved' AND \"is done\"", '"My s"."t=1"', "public.category"],
  });
  expect(code).toBe(0);
  const result = await fromFile();
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.warnings).toEqual([]);
  expect(result.topology.nodes.map(({ name, tier, upstream, dsn }) => [name, tier, upstream, dsn])).toEqual([
    [
      "nation",
      "nation",
      undefined,
      "postgresql://postgres:secret%20of%20NATION_PASSWORD@nation.example.org:6000/slm?sslmode=require",
    ],
    ["east", "region", "nation", "postgresql://postgres@east/slm"],
    ["d-1", "district", "east", "postgresql://postgres@d1/slm"],
  ]);
  expect(result.topology.sets[0]?.tables.map(({ schema, table, where }) => [schema, table, where])).toEqual([
    ["public", "document", "status = 'approved' AND \"is done\""],
    ["My s", "t=1", undefined],
    ["public", "category", undefined],
  ]);
  expect(said.join("\n")).toContain("Set NATION_PASSWORD");
  expect(said.join("\n") + readFileSync(join(folder, "topology.yaml"), "utf8")).not.toContain("hunter2");
});

test("answers become a file that is valid", async () => {
  const { context } = contextWith(["slm", "", "", "east", "", "", "", "public.document", "approved", ""]);
  expect(await init.run(context, options)).toBe(0);
  const result = await fromFile();
  expect(result.ok && result.topology.nodes.map(({ name, upstream }) => [name, upstream])).toEqual([
    ["nation", undefined],
    ["east", "nation"],
  ]);
});

test("nothing is overwritten", async () => {
  const once = { ...options, project: "slm", root: "nation=postgresql://postgres@nation/slm" };
  await init.run(contextWith().context, once);
  const before = readFileSync(join(folder, "topology.yaml"), "utf8");
  await expect(init.run(contextWith().context, once)).rejects.toMatchObject({
    exitCode: 2,
    code: "file-exists",
  });
  expect(readFileSync(join(folder, "topology.yaml"), "utf8")).toBe(before);
});

test.each([
  [{}, "--project and --root"],
  [{ project: "slm", root: "nation" }, "NAME=DSN"],
  [{ project: "slm", root: "nation=host=a password=hunter2" }, "not a connection URI"],
  [{ project: "Slm", root: "nation=postgresql://p@h/d" }, "names are lower-case"],
  [{ project: "slm", root: "nation=postgresql://p@h/d", child: ["x/y=postgresql://p@i/d"] }, 'no node "x"'],
  [{ project: "slm", root: "nation=postgresql://p@h/d", table: ["document"] }, "has no schema"],
  [
    { project: "slm", root: "nation=postgresql://p@h/d", tiers: "a", child: ["nation/y=postgresql://p@i/d"] },
    "2 levels",
  ],
])("%j is a usage error", async (given, message) => {
  const failed = init.run(contextWith().context, { ...options, ...given });
  await expect(failed).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining(message) as string,
  });
  await expect(failed).rejects.not.toThrow("hunter2");
});
