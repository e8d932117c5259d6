/**
 * The file as far as its shape is right. What is wrong is reported and left out, so that the rules
 * can look at all the rest and every problem is reported at once.
 */
import type { z } from "zod";
import { didYouMean } from "./nearest.ts";
import { knownKeys, topologyFile, type NodeEntry, type TableEntry, type TopologyFile } from "./schema.ts";
import type { Finding, Path } from "./source.ts";

export interface Draft {
  readonly project?: string;
  readonly engine?: TopologyFile["engine"];
  readonly tiers?: readonly string[];
  readonly monitor?: TopologyFile["monitor"];
  readonly sets: Readonly<Record<string, { readonly tables: Readonly<Record<string, Partial<TableEntry>>> }>>;
  readonly nodes: Readonly<Record<string, DraftNode>>;
}

type DraftNode = Partial<NodeEntry> & {
  /** The entry has no `upstream`. One whose upstream is malformed is no root. */
  readonly isRoot: boolean;
};

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Checks the shape. `file` is there when nothing is wrong. */
export function draftOf(content: unknown): {
  draft: Draft;
  findings: readonly Finding[];
  file?: TopologyFile;
} {
  const parsed = topologyFile.safeParse(content);
  const issues = parsed.success ? [] : parsed.error.issues;
  const findings = issues.flatMap((issue) => explain(issue, content));
  const raw = isTree(content) ? structuredClone(content) : {};
  const roots = new Set(entries(raw["nodes"]).flatMap(([name, node]) => (isRootEntry(node) ? [name] : [])));
  for (const issue of issues) if (issue.code !== "unrecognized_keys") leaveOut(raw, issue.path);
  const draft = {
    ...(raw as Partial<TopologyFile>),
    sets: mapValues(raw["sets"], (set) => ({ tables: mapValues(isTree(set) ? set["tables"] : {}, treeOf) })),
    nodes: mapValues(raw["nodes"], (node, name) => ({ ...treeOf(node), isRoot: roots.has(name) })),
  };
  return { draft, findings, ...(parsed.success ? { file: parsed.data } : {}) };
}

const isRootEntry = (node: unknown): boolean => isTree(node) && !("upstream" in node);
const entries = (value: unknown): readonly [string, unknown][] =>
  isTree(value) ? Object.entries(value) : [];
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {});
const mapValues = <T>(value: unknown, change: (entry: unknown, name: string) => T): Record<string, T> =>
  Object.fromEntries(entries(value).map(([name, entry]) => [name, change(entry, name)]));

/** Removes what `path` leads to. The names of nodes and sets stay known, so that references to them hold. */
function leaveOut(tree: Tree, path: Path): void {
  const parent = valueAt(tree, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined) return;
  if (Array.isArray(parent)) return leaveOut(tree, path.slice(0, -1));
  if (!isTree(parent) || !Object.hasOwn(parent, key)) return;
  if (path.length === 2) parent[String(key)] = treeOf(parent[String(key)]);
  else delete parent[String(key)];
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    content,
  );
}

/** One finding for each thing that zod objects to, in words for the writer of the file. */
function explain(issue: z.core.$ZodIssue, content: unknown): readonly Finding[] {
  const { path } = issue;
  const found = valueAt(content, path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(path, key));
  if (issue.code === "invalid_type") return [explainType(path, issue.expected, found)];
  if (issue.code === "invalid_value") return [explainValue(path, issue.values.map(String), found)];
  if (issue.code === "invalid_union") return explainUnion(issue, content);
  if (issue.code === "invalid_format") return [{ path, message: `${shown(found)}: ${issue.message}` }];
  return [{ path, message: `${nameOf(path)} ${issue.message}` }];
}

/** `false` or a map: what is wrong with a map is told as of a map. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, content: unknown): readonly Finding[] {
  const { path } = issue;
  const found = valueAt(content, path);
  if (!isTree(found))
    return [{ path, message: `${nameOf(path)} is ${kindOf(found)}, needs to be a map or false` }];
  const ofMap = issue.errors.find((branch) => branch.every(({ code }) => code !== "invalid_value")) ?? [];
  return ofMap.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] }, content));
}

const unknownKey = (path: Path, key: string): Finding => ({
  path: [...path, key],
  at: "key",
  message: `unknown key "${key}"`,
  ...didYouMean(key, knownKeys(path)),
});

const shown = (value: unknown): string =>
  typeof value === "string" ? `"${value}"` : (JSON.stringify(value) ?? "nothing");

function explainType(path: Path, expected: string, found: unknown): Finding {
  if (path.length === 0) return { path, message: "the file is empty or no map of keys to values" };
  if (found === undefined) return { path, message: `${nameOf(path)} is missing` };
  const message = `${nameOf(path)} is ${kindOf(found)}, needs to be ${KINDS[expected] ?? expected}`;
  const isWholeTable = path.length === 4 && path[2] === "tables" && found === null;
  return { path, message, ...(isWholeTable ? { hint: "Write {} to send the whole table." } : {}) };
}

function explainValue(path: Path, allowed: readonly string[], found: unknown): Finding {
  if (found === undefined) return { path, message: `${nameOf(path)} is missing` };
  const list = allowed.length === 1 ? allowed[0] : `one of ${allowed.join(", ")}`;
  return {
    path,
    message: `${nameOf(path)} is ${shown(found)}, needs to be ${list}`,
    ...(typeof found === "string" ? didYouMean(found, allowed) : {}),
  };
}

const KINDS: Readonly<Record<string, string>> = {
  object: "a map",
  record: "a map",
  array: "a list",
  string: "a text",
  number: "a number",
  int: "a whole number",
};

function kindOf(value: unknown): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return KINDS[typeof value] ?? `a ${typeof value}`;
}

function nameOf(path: Path): string {
  const key = path.at(-1);
  return typeof key === "number" ? `entry ${key + 1} of "${String(path.at(-2))}"` : `"${String(key)}"`;
}
