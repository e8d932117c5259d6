/**
 * Writes what is made from the code: the JSON Schema of topology files and the reference.
 * With --check it writes nothing and fails when a file is not as it would be written.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { dashboards } from "../grafana/src/dashboards.ts";
import { GLOBAL_OPTIONS, type Command, type Option } from "../src/cli/command.ts";
import { commands } from "../src/cli/commands/index.ts";
import { EXIT_CODES } from "../src/domain/errors.ts";
import type { Family } from "../src/monitor/exposition.ts";
import { HEARTBEAT_METRICS, LINK_METRICS } from "../src/monitor/link-metrics.ts";
import { NODE_METRICS } from "../src/monitor/node-metrics.ts";
import { OWN_METRICS } from "../src/monitor/own-metrics.ts";
import { topologyJsonSchema } from "../src/topology/schema.ts";

const GENERATED = "<!-- Made by `npm run generate`. -->";

const files: Readonly<Record<string, () => string>> = {
  "topology.schema.json": () => `${JSON.stringify(topologyJsonSchema(), null, 2)}\n`,
  "docs/reference/cli.md": cliReference,
  "docs/reference/exit-codes.md": exitCodesReference,
  "docs/reference/metrics.md": metricsReference,
  ...dashboards,
};

function metricsReference(): string {
  const rows = (metrics: readonly Family[]): readonly string[] =>
    metrics.map(({ name, type, labels, help }) => row([code(name), type, labels.map(code).join(" "), help]));
  const columns = ["metric", "type", "labels", "meaning"];
  return [
    `# Metrics\n\n${GENERATED}`,
    "What `tributary monitor` serves on `/metrics`. Moments are seconds since 1970, sizes are bytes. What was measured of a node is gone as soon as one look at it fails; moments, counters, budgets and forecasts stay. A label is never a process, a port or an address.",
    `## Of nodes\n\n${table(columns, rows(NODE_METRICS))}`,
    `## Of links\n\n${table(columns, rows(LINK_METRICS))}`,
    `## Of beats\n\n${table(columns, rows(HEARTBEAT_METRICS))}`,
    `## Of the monitor itself\n\n${table(columns, rows(OWN_METRICS))}\n`,
  ].join("\n\n");
}

function cliReference(): string {
  return [
    `# The command line\n\n${GENERATED}`,
    "Results go to stdout, messages for people to stderr. Every command has `--help`.",
    `## Options of every command\n\n${optionsTable(GLOBAL_OPTIONS)}`,
    ...commands.map(commandReference),
    "## tributary completion\n\nPrint a script that completes commands and options in bash or zsh.",
    "Exit codes: [exit-codes.md](exit-codes.md).\n",
  ].join("\n\n");
}

function commandReference({
  name,
  summary,
  description,
  examples,
  options,
  positionals = {},
}: Command): string {
  const places = Object.entries(positionals);
  const usage = [
    "tributary",
    name,
    ...places.map(([place, { isRequired }]) => (isRequired ? place : `[${place}]`)),
  ];
  const arguments_ = places.map(([place, { summary: text, choices }]) =>
    row([code(place), withChoices(text, choices)]),
  );
  return [
    `## ${usage.join(" ")}`,
    description ?? `${summary}.`,
    ...(arguments_.length === 0 ? [] : [table(["argument", "meaning"], arguments_)]),
    ...(Object.keys(options).length === 0 ? [] : [optionsTable(options)]),
    ["```sh", ...examples.flatMap(([line, does]) => [`# ${does}`, line]), "```"].join("\n"),
  ].join("\n\n");
}

function optionsTable(options: Readonly<Record<string, Option>>): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const value = option.value ?? (option.type === "boolean" ? "" : option.type.toUpperCase());
    const spelt = `${option.alias === undefined ? "" : `-${option.alias}, `}--${name} ${value}`.trimEnd();
    const preset = option.default === undefined ? "" : code(String(option.default));
    return row([code(spelt), withChoices(option.summary, option.choices), preset]);
  });
  return table(["option", "meaning", "default"], rows);
}

function exitCodesReference(): string {
  const rows = EXIT_CODES.map(({ code: exitCode, meaning, retry }) =>
    row([String(exitCode), meaning, retry]),
  );
  return `# Exit codes\n\n${GENERATED}\n\n${table(["code", "meaning", "try again?"], rows)}\n`;
}

const withChoices = (summary: string, choices?: readonly string[]): string =>
  choices === undefined ? summary : `${summary}: ${choices.map(code).join(", ")}`;
const code = (text: string): string => `\`${text}\``;
const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
const table = (heads: readonly string[], rows: readonly string[]): string =>
  [row(heads), row(heads.map(() => "---")), ...rows].join("\n");

const isCheck = process.argv.includes("--check");
const outdated = Object.entries(files).filter(([name, make]) => {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const text = make();
  if (contentOf(file) === text) return false;
  if (isCheck) return true;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${name}`);
  return false;
});
for (const [name] of outdated) console.error(`${name} is out of date: run npm run generate`);
process.exitCode = outdated.length === 0 ? 0 : 1;

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
