import { expect, test } from "vitest";
import { EXIT_CODES, UsageError } from "../domain/errors.ts";
import { defineCommand, parseCommandLine, type Command } from "./command.ts";
import { commands } from "./commands/index.ts";
import type { Context } from "./context.ts";

const seen: unknown[] = [];
const sail = defineCommand({
  name: "sail",
  summary: "Go up the river",
  examples: [["tributary sail east", "towards the east"]],
  options: {
    wind: { type: "number", summary: "How strong" },
    crew: { type: "string", isRepeatable: true, summary: "Who" },
    sails: { type: "string", choices: ["jib", "main"], default: "main", summary: "Which" },
    fast: { type: "boolean", summary: "No stops" },
  },
  positionals: { PORT: { summary: "Where to", isRequired: true }, VIA: { summary: "Past what" } },
  run(_context, args) {
    // Typed by the tables above.
    const typed: {
      wind: number | undefined;
      crew: readonly string[];
      sails: string;
      fast: boolean;
      PORT: string;
    } = args;
    seen.push(typed);
    return Promise.resolve(7);
  },
});
const table: readonly Command[] = [sail];
const context = {} as Context;

async function sailWith(...argv: string[]): Promise<unknown> {
  const invocation = await parseCommandLine(["sail", ...argv], table, "1.2.3");
  if (invocation.kind !== "run") throw new Error("text");
  expect(await invocation.run(context)).toBe(7);
  return seen.at(-1);
}

test("options and positionals arrive typed, with their defaults", async () => {
  expect(await sailWith("east")).toMatchObject({ PORT: "east", crew: [], sails: "main", fast: false });
  const args = ["7", "--wind", "3.5", "--crew", "a", "--crew=b", "--fast", "--sails", "jib", "8"];
  expect(await sailWith(...args)).toMatchObject({
    PORT: "7",
    VIA: "8",
    wind: 3.5,
    crew: ["a", "b"],
    sails: "jib",
    fast: true,
  });
});

test("options of every command stand before or after it", async () => {
  for (const argv of [
    ["-f", "x.yaml", "sail", "east", "--node", "a", "--node", "b", "--timeout", "5", "--json"],
    ["sail", "east", "--json", "--node=a", "--node=b", "--timeout=5", "--topology=x.yaml"],
  ]) {
    expect(await parseCommandLine(argv, table, "1")).toMatchObject({
      globals: {
        topology: "x.yaml",
        node: ["a", "b"],
        json: true,
        timeout: 5,
        "no-color": false,
        "log-level": "info",
      },
    });
  }
});

test.each([
  [["sial"], 'there is no command "sial"', 'Did you mean "sail"?'],
  [["sail"], "missing PORT", "See `tributary sail --help`."],
  [["sail", "a", "b", "c"], 'unexpected argument "c"', "See `tributary sail --help`."],
  [["sail", "a", "--wnd", "3"], "there is no option --wnd", 'Did you mean "--wind"?'],
  [["sail", "a", "-x"], "there is no option -x", "See `tributary sail --help`."],
  [["sail", "a", "--wind"], "option --wind needs a value", "See `tributary sail --help`."],
  [["sail", "a", "--wind", "hard"], "option --wind is not a number", undefined],
  [["sail", "a", "--sails", "jib", "--sails", "main"], "option --sails is given twice", undefined],
  [["sail", "a", "--sails", "spinnaker"], "Choices", "See `tributary sail --help`."],
])("%j is a usage error with a way out", async (argv, message, hint) => {
  const error: unknown = await parseCommandLine(argv, table, "1").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toContain(message);
  expect((error as UsageError).hint).toBe(hint);
});

test("help shows examples and every exit code", async () => {
  for (const argv of [["--help"], ["sail", "--help"], []]) {
    const help = await parseCommandLine(argv, table, "1.2.3");
    if (help.kind !== "text") throw new Error("no text");
    expect(help.isAsked).toBe(argv.length > 0);
    expect(help.text).toContain("Examples:");
    for (const { code, meaning } of EXIT_CODES)
      expect(help.text).toContain(`${String(code).padEnd(4)}${meaning}`);
  }
});

test("version and completions are texts", async () => {
  expect(await parseCommandLine(["--version"], table, "1.2.3")).toEqual({
    kind: "text",
    text: "1.2.3",
    isAsked: true,
  });
  const completions = await parseCommandLine(["--get-yargs-completions", "tributary", "s"], table, "1");
  expect(completions).toMatchObject({ kind: "text", text: expect.stringContaining("sail") as string });
  const script = await parseCommandLine(["completion"], table, "1");
  expect(script).toMatchObject({ kind: "text", text: expect.stringContaining("tributary") as string });
});

test("every command has a summary, examples that name it, and options of its own", () => {
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, summary, examples } of commands) {
    expect(summary).not.toMatch(/\.$/u);
    expect(examples.length).toBeGreaterThan(0);
    for (const [line] of examples) expect(line).toMatch(new RegExp(`\\btributary\\b.*\\b${name}\\b`, "u"));
  }
});

test("every example in a help is a command line that parses", async () => {
  const lines = commands.flatMap(({ examples }) => examples.flatMap(([line]) => line.split(/ && | \| /u)));
  for (const line of lines.filter((part) => part.includes("tributary "))) {
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(([, a, b, c]) => a ?? b ?? c ?? "");
    const argv = words.slice(words.indexOf("tributary") + 1);
    expect((await parseCommandLine(argv, commands, "1")).kind).toBe("run");
  }
});

test("exit codes differ", () => {
  const codes = EXIT_CODES.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
