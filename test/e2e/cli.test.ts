/** The command line as a process. */
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const main = inject("tool");
const example = join(root, "examples/three-tiers/topology.yaml");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tributary-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tributary(
  argv: readonly string[],
  environment: Record<string, string> = {},
): SpawnSyncReturns<string> {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, [main, ...argv], { cwd: folder, env, encoding: "utf8" });
}

test("npm run tributary passes its arguments on", () => {
  const { status, stdout } = spawnSync("npm", ["run", "-s", "tributary", "--", "--version"], {
    cwd: root,
    encoding: "utf8",
  });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${version}\n` });
});

test.each(commands.map(({ name }) => name))("%s has help with examples and exit codes on stdout", (name) => {
  const { status, stdout, stderr } = tributary([name, "--help"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`tributary ${name}`);
  expect(stdout).toContain("Exit codes:");
});

test("without a command, help goes to stderr", () => {
  const { status, stdout, stderr } = tributary([]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain("Usage: tributary COMMAND");
});

test("a mistyped command or option is exit 2, with a suggestion on stderr", () => {
  expect(tributary(["validte"])).toMatchObject({
    status: 2,
    stdout: "",
    stderr: 'error: there is no command "validte"\n  hint: Did you mean "validate"?\n',
  });
  const { status, stdout, stderr } = tributary(["validate", "--jsn", "--json"]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(JSON.parse(stderr)).toEqual({
    error: { code: "usage", message: "there is no option --jsn", hint: 'Did you mean "--json"?' },
  });
});

test("validate says what it read", () => {
  const { status, stdout, stderr } = tributary(["validate", "-f", example], { DISTRICT_A_PASSWORD: "x" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe(
    `${example} is valid\n` +
      "  project  slm, carried by pglogical\n" +
      "  nodes    7: nation 1, region 2, district 4\n" +
      "  sets     1: knowledge (3 tables)\n",
  );
});

test("validate reports every problem with its place, for people on stderr, for programs on stdout", () => {
  const file = join(folder, "broken.yaml");
  writeFileSync(file, readFileSync(example, "utf8").replace("upstream: nation", "upstream: naton"));
  const people = tributary(["validate", "-f", file]);
  expect(people).toMatchObject({ status: 3, stdout: "" });
  expect(people.stderr).toContain(
    `${file}:25:15: there is no node "naton"\n  hint: Did you mean "nation"?\n`,
  );
  expect(people.stderr).toContain("environment variable DISTRICT_A_PASSWORD is not set");
  const program = tributary(["validate", "-f", file, "--json"]);
  expect(program).toMatchObject({ status: 3, stderr: "" });
  expect(JSON.parse(program.stdout)).toMatchObject({
    valid: false,
    problems: [{ line: 25, column: 15 }, { line: 35 }],
  });
});

test("without a file, the hint is init", () => {
  const { status, stdout, stderr } = tributary(["validate", "-f", "nowhere.yaml"]);
  expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  expect(stderr).toContain("there is no file nowhere.yaml");
  expect(stderr).toContain("tributary init");
});

test("init writes a file that validate accepts, without the password, and overwrites nothing", () => {
  const argv = [
    "init",
    "-f",
    "new.yaml",
    "--project",
    "slm",
    "--root",
    "nation=postgresql://postgres:hunter2@nation/slm",
  ];
  const children = ["--child", "nation/east=postgresql://postgres@east/slm"];
  const { status, stdout, stderr } = tributary([...argv, ...children]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr).toContain("Set NATION_PASSWORD");
  const text = readFileSync(join(folder, "new.yaml"), "utf8");
  expect(text + stderr).not.toContain("hunter2");
  expect(tributary(["validate", "-f", "new.yaml"], { NATION_PASSWORD: "x" })).toMatchObject({
    status: 0,
    stderr: "",
  });
  expect(tributary([...argv, ...children])).toMatchObject({ status: 2, stdout: "" });
  expect(readFileSync(join(folder, "new.yaml"), "utf8")).toBe(text);
});

test("init without options says what it needs where nobody can be asked", () => {
  const { status, stderr } = tributary(["init", "-f", "none.yaml"]);
  expect(status).toBe(2);
  expect(stderr).toContain("--project and --root");
});

test("warnings go to stderr and change nothing", () => {
  const file = join(folder, "literal.yaml");
  writeFileSync(file, readFileSync(example, "utf8").replace("${env:DISTRICT_A_PASSWORD}", "hunter2"));
  const { status, stderr } = tributary(["validate", "-f", file]);
  expect(status).toBe(0);
  expect(stderr).toContain(`${file}:35:10: warning: a password stands in the file`);
  expect(stderr).not.toContain("hunter2");
  expect(tributary(["validate", "-f", file, "--log-level", "error"])).toMatchObject({
    status: 0,
    stderr: "",
  });
});

test("a reader that goes away is no error", () => {
  const line = `"${process.execPath}" "${main}" --help | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", line], { cwd: folder, encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
});

/** A run on a terminal of its own, which types each answer once its question is there. */
async function onTerminal(
  argv: readonly string[],
  dialogue: readonly (readonly [question: string, keys: string])[],
) {
  const line = [process.execPath, main, ...argv].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], { cwd: folder });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const left = [...dialogue];
  let screen = "";
  let unseen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    unseen += text;
    const [question, keys] = left[0] ?? [];
    if (question === undefined || keys === undefined || !unseen.includes(question)) return;
    left.shift();
    unseen = "";
    child.stdin.write(keys);
  });
  return { code: await ended, screen };
}

test("init asks on a terminal", async () => {
  const { code, screen } = await onTerminal(
    ["init", "-f", "asked.yaml"],
    [
      ["Project", "slm\r"],
      ["at the top", "\r"],
      ["Database of nation", "\r"],
      ["Another node", "east\r"],
      ["Upstream of east", "\r"],
      ["Database of east", "\r"],
      ["Another node", "\r"],
      ["Table", "public.document\r"],
      ["rows", "approved\r"],
      ["Table", "\r"],
    ],
  );
  expect(screen).toContain("Wrote asked.yaml");
  expect(code).toBe(0);
  expect(tributary(["validate", "-f", "asked.yaml"])).toMatchObject({ status: 0 });
});

test("Ctrl-C at a question is exit 130, and nothing is written", async () => {
  const { code, screen } = await onTerminal(["init", "-f", "never.yaml"], [["Project", "\u0003"]]);
  expect(screen).toContain("interrupted");
  expect(code).toBe(130);
  expect(existsSync(join(folder, "never.yaml"))).toBe(false);
});
