/** Writes a first topology file. */
import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { DsnSyntaxError, parseDsn } from "../../domain/dsn.ts";
import { UsageError } from "../../domain/errors.ts";
import { didYouMean } from "../../topology/nearest.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { passwordVariable, renderTopology, type FirstTopology } from "../render/topology.ts";

interface FirstNode {
  readonly name: string;
  readonly upstream?: string;
  readonly dsn: string;
}
interface Answers {
  readonly project: string;
  readonly nodes: readonly FirstNode[];
  readonly tables: FirstTopology["tables"];
}

export const init = defineCommand({
  name: "init",
  summary: "Write a commented topology file",
  description:
    "Writes a topology file: asks for what it needs on a terminal, takes it from options elsewhere.\n" +
    "Overwrites nothing, touches no server, and writes no password into the file.",
  examples: [
    ["tributary init", "ask, then write topology.yaml"],
    [
      "tributary init --project slm --root nation=postgresql://postgres@nation.example.org/slm" +
        " --child nation/east=postgresql://postgres@east.example.org/slm" +
        " --table \"public.document=status = 'approved'\"",
      "one region below a nation, approved documents only",
    ],
  ],
  options: {
    project: { type: "string", value: "NAME", summary: "Names everything that Tributary makes on a server" },
    root: { type: "string", value: "NAME=DSN", summary: "The node at the top, where all data arrives" },
    child: {
      type: "string",
      isRepeatable: true,
      value: "UPSTREAM/NAME=DSN",
      summary: "A node below another that is named before it; may be repeated",
    },
    table: {
      type: "string",
      isRepeatable: true,
      value: "SCHEMA.TABLE[=FILTER]",
      summary: "A table that travels, and which of its rows; may be repeated",
    },
    tiers: { type: "string", value: "LOW,…,HIGH", summary: "Names of the levels of the tree, lowest first" },
  },
  async run(context, options) {
    const answers =
      options.root === undefined && context.canAsk ? await interview(context) : fromOptions(options);
    for (const { name, dsn } of answers.nodes) passwordOf(name, dsn);
    const tiers = tiersFor(answers.nodes, options.tiers);
    const nodes = answers.nodes.map((node) => ({ ...node, tier: tierOf(node, answers.nodes, tiers) }));
    const text = renderTopology({ ...answers, tiers, nodes });
    await refuseUnsound(text);
    await writeNew(context.topologyFile, text);
    context.stderr(`Wrote ${context.topologyFile}. Next: read it, then tributary doctor.`);
    for (const { name, dsn } of nodes.filter((node) => passwordOf(node.name, node.dsn) !== undefined))
      context.stderr(`Set ${passwordVariable(name)} to the password of ${parseDsn(dsn).user ?? name}.`);
    if (answers.tables.length === 0) context.stderr("It sends an example table: put your own there.");
    if (context.json) context.stdout(JSON.stringify({ file: context.topologyFile }));
    return 0;
  },
});

const usage = (message: string, hint?: string): UsageError =>
  new UsageError(message, { code: "usage", ...(hint === undefined ? {} : { hint }) });

function fromOptions(options: {
  readonly project: string | undefined;
  readonly root: string | undefined;
  readonly child: readonly string[];
  readonly table: readonly string[];
}): Answers {
  const { project, root } = options;
  if (project === undefined || root === undefined)
    throw usage("--project and --root are needed where nobody can be asked", "See `tributary init --help`.");
  const [name, dsn] = splitAt(root, "=", "--root NAME=DSN");
  const children = options.child.map((child) => {
    const [place, childDsn] = splitAt(child, "=", "--child UPSTREAM/NAME=DSN");
    const [upstream, childName] = splitAt(place, "/", "--child UPSTREAM/NAME=DSN");
    return { name: childName, upstream, dsn: childDsn };
  });
  const tables = options.table.map((table) => {
    // Quoted names may hold an equals sign; the filter begins after the name.
    const [, tableName = table, where] = /^((?:"(?:[^"]|"")*"|[^"=])*)(?:=(.*))?$/su.exec(table) ?? [];
    return { name: tableName.trim(), ...(where === undefined ? {} : { where: where.trim() }) };
  });
  return { project, nodes: [{ name, dsn }, ...children], tables };
}

function splitAt(text: string, separator: string, form: string): [string, string] {
  const cut = text.indexOf(separator);
  if (cut < 1 || cut === text.length - 1) throw usage(`an option is not of the form ${form}`);
  return [text.slice(0, cut), text.slice(cut + 1)];
}

async function interview(context: Context): Promise<Answers> {
  const folder = basename(resolve("."))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^[-\d]+|-$/gu, "");
  const project = await context.ask(
    "Project, names everything that is made on a server:",
    folder || "tributary",
  );
  const root = await context.ask("Node at the top, where all data arrives:", "nation");
  const nodes: FirstNode[] = [{ name: root, dsn: await askDsn(context, root) }];
  for (;;) {
    const name = await context.ask("Another node, empty when there are no more:");
    if (name === "") break;
    const upstream = await context.ask(`Upstream of ${name}:`, root);
    nodes.push({ name, upstream, dsn: await askDsn(context, name) });
  }
  const tables: { name: string; where?: string }[] = [];
  for (;;) {
    const name = await context.ask("Table that travels, as schema.table, empty when there are no more:");
    if (name === "") break;
    const where = await context.ask("Its rows, such as status = 'approved', empty for all:");
    tables.push({ name, ...(where === "" ? {} : { where }) });
  }
  return { project, nodes, tables };
}

const askDsn = (context: Context, node: string): Promise<string> =>
  context.ask(`Database of ${node}:`, `postgresql://postgres@${node}.example.org/app`);

const DEFAULT_TIERS = ["district", "region", "nation"];

function tiersFor(nodes: readonly FirstNode[], given: string | undefined): readonly string[] {
  const levels = Math.max(...nodes.map((node) => depthOf(node, nodes))) + 1;
  const tiers = given?.split(",").map((tier) => tier.trim()) ?? DEFAULT_TIERS;
  if (levels > tiers.length)
    throw usage(
      `the tree has ${levels} levels, and there are ${tiers.length} tiers`,
      "Name them with --tiers.",
    );
  return tiers;
}

const tierOf = (node: FirstNode, nodes: readonly FirstNode[], tiers: readonly string[]): string =>
  tiers.at(-1 - depthOf(node, nodes)) ?? "";

/** Steps from the root. An upstream is named before what is below it. */
function depthOf(node: FirstNode, nodes: readonly FirstNode[]): number {
  if (node.upstream === undefined) return 0;
  const earlier = nodes.slice(0, nodes.indexOf(node));
  const above = earlier.find(({ name }) => name === node.upstream);
  if (above !== undefined) return 1 + depthOf(above, nodes);
  const { hint = "Name the upstream first." } = didYouMean(
    node.upstream,
    earlier.map(({ name }) => name),
  );
  throw usage(`node "${node.name}": there is no node "${node.upstream}" before it`, hint);
}

/** The file must pass `validate` once its secrets are there. */
async function refuseUnsound(text: string): Promise<void> {
  const { parseTopology } = await import("../../topology/parse.ts");
  const later = (): string => "later";
  const result = await parseTopology(text, { file: "topology.yaml", environment: later, readFile: later });
  if (result.ok) return;
  const [first] = result.problems;
  throw usage(result.problems.map(({ message }) => message).join("; "), first?.hint);
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const message = isThere
      ? `${file} is there already, and nothing is overwritten`
      : `${file} cannot be written`;
    const hint = isThere ? "Name another file with --topology FILE." : "Check the folder and its rights.";
    throw new UsageError(message, { code: isThere ? "file-exists" : "not-writable", hint, cause });
  }
}

/** The password that stands in a DSN. Throws UsageError when the DSN cannot be read. */
function passwordOf(node: string, dsn: string): string | undefined {
  // What is filled in later cannot be taken apart yet.
  if (dsn.includes("${")) return undefined;
  try {
    return parseDsn(dsn).password;
  } catch (error) {
    if (error instanceof DsnSyntaxError) throw usage(`node "${node}": ${error.message}`, error.hint);
    throw error;
  }
}
