/** The alerting rules under Prometheus' own tool: they parse, and fire when they should and at no other time. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";

const FOLDER = fileURLToPath(new URL("../../prometheus/", import.meta.url));
const RULES = "tributary.rules.yml";
const TESTS = readdirSync(FOLDER).filter((file) => file.endsWith(".tests.yml"));
/** Two thousand minutes of all rules take some seconds; more where others use the machine. */
const PATIENCE_MS = 300_000;

interface Case {
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
}

const folder = mkdtempSync(path.join(tmpdir(), "tributary-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What it prints. Where it ends with another exit code than 0, that text is the error's. */
async function promtool(where: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)("promtool", args, { cwd: where }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`promtool ${args.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error });
    },
  );
  return `${stdout}${stderr}`;
}

test("promtool finds nothing wrong with the rules", async () => {
  expect(await promtool(FOLDER, "check", "rules", "--lint-fatal", RULES)).toMatch(
    /SUCCESS: \d+ rules found\s*$/u,
  );
});

test(
  "every alert fires in its case, and is silent in its counter-case",
  { timeout: PATIENCE_MS },
  async () => {
    expect(await promtool(FOLDER, "test", "rules", ...TESTS)).not.toMatch(/FAILED/u);
  },
);

test("two monitors that see the same tell it once", { timeout: PATIENCE_MS }, async () => {
  cpSync(path.join(FOLDER, RULES), path.join(folder, RULES));
  for (const file of TESTS) writeFileSync(path.join(folder, file), stringify(seenTwice(file)));
  expect(await promtool(folder, "test", "rules", ...TESTS)).not.toMatch(/FAILED/u);
});

/**
 * The cases of a file, with each series twice. Left out: those that are about monitors, about what only one of them sees, and
 * about what rules have reduced to one already.
 */
function seenTwice(file: string): object {
  const text = readFileSync(path.join(FOLDER, file), "utf8");
  const { tests, ...rest } = parse(text, { merge: true }) as { readonly tests: readonly Case[] };
  const cases = tests.filter(({ input_series: series }) =>
    series.every(
      ({ series: name }) =>
        /\{/u.test(name) && !/\binstance=|\btributary_build_info\b|^tributary:/u.test(name),
    ),
  );
  return { ...rest, tests: cases.map((one) => ({ ...one, input_series: one.input_series.flatMap(twice) })) };
}

const twice = ({ series, values }: Case["input_series"][number]): Case["input_series"] =>
  ["a", "b"].map((instance) => ({ series: series.replace("{", `{instance="${instance}",`), values }));
