/** Text of a topology file → Topology, or every problem of it. */
import { composeLinkDsn } from "../domain/dsn.ts";
import type { TopologyProblem } from "../domain/errors.ts";
import { linkRoleName } from "../domain/names.ts";
import type { LinkRole, Node, TableRule, Topology } from "../domain/topology.ts";
import { draftOf } from "./draft.ts";
import { loadFilterParser } from "./filter.ts";
import { rules } from "./rules/index.ts";
import type { NodeEntry, TableEntry, TopologyFile } from "./schema.ts";
import { monitoringOf } from "./monitoring.ts";
import { resolveDsns, resolvePassword, type ResolvedDsn, type SecretSources } from "./secrets.ts";
import { readSource, type Finding, type Source } from "./source.ts";
import { parseTableName } from "./table-name.ts";

export interface ParseOptions extends SecretSources {
  /** The file's name, for problems. */
  readonly file: string;
}

export type ParseResult =
  | { readonly ok: true; readonly topology: Topology; readonly warnings: readonly TopologyProblem[] }
  | {
      readonly ok: false;
      readonly problems: readonly TopologyProblem[];
      readonly warnings: readonly TopologyProblem[];
    };

/** Reads a topology file's text. Reports every problem at once, in the order of the file. */
export async function parseTopology(text: string, options: ParseOptions): Promise<ParseResult> {
  await loadFilterParser();
  const source = readSource(text);
  const faults = source.faults.map((fault) => ({ file: options.file, ...fault }));
  if (source.content === undefined) return { ok: false, problems: faults, warnings: [] };
  const { draft, findings, file } = draftOf(source.content);
  const { dsns, ...secrets } = resolveDsns(draft, options);
  const { password, ...further } = resolvePassword(draft, options);
  const broken = rules.flatMap((rule) => rule({ draft, dsns }));
  const problems = [
    ...faults,
    ...place([...findings, ...secrets.findings, ...further.findings, ...broken], source, options.file),
  ];
  const warnings = place([...secrets.warnings, ...further.warnings], source, options.file);
  if (problems.length > 0 || file === undefined) return { ok: false, problems: inOrder(problems), warnings };
  return { ok: true, topology: normalise(file, dsns, password), warnings };
}

function place(findings: readonly Finding[], source: Source, file: string): readonly TopologyProblem[] {
  return findings.map((finding) => ({
    file,
    ...source.locate(finding),
    message: finding.message,
    ...(finding.hint === undefined ? {} : { hint: finding.hint }),
  }));
}

const inOrder = (problems: readonly TopologyProblem[]): readonly TopologyProblem[] =>
  problems.toSorted((left, right) => left.line - right.line || left.column - right.column);

/** Only for a file without problems. */
function normalise(
  file: TopologyFile,
  dsns: ReadonlyMap<string, ResolvedDsn>,
  password: string | undefined,
): Topology {
  const allSets = Object.keys(file.sets);
  const monitor = monitoringOf(file, password);
  return {
    project: file.project,
    tiers: file.tiers,
    sets: Object.entries(file.sets).map(([name, { tables }]) => ({
      name,
      tables: Object.entries(tables).map(([key, entry]) => tableRule(key, entry)),
    })),
    nodes: Object.entries(file.nodes).map(([name, entry]) =>
      nodeOf(name, entry, {
        project: file.project,
        dsn: dsns.get(name)?.text ?? entry.dsn,
        engine: file.engine,
        sets: allSets,
        ...(file.table_owner === undefined ? {} : { tableOwner: file.table_owner }),
      }),
    ),
    ...(monitor === undefined ? {} : { monitor }),
  };
}

function tableRule(key: string, entry: TableEntry): TableRule {
  const name = parseTableName(key);
  if (!("schema" in name)) throw new Error(`${key} passed the rules and is no table's name`);
  return {
    schema: name.schema,
    table: name.table,
    ...(entry.where === undefined ? {} : { where: entry.where }),
    ...(entry.columns === undefined ? {} : { columns: entry.columns }),
    onLeave: entry.on_leave,
    protect: entry.protect,
    ...(entry.capture === "replicated" ? { capture: entry.capture } : {}),
    ...(entry.shared ? { shared: true } : {}),
  };
}

/** Undefined where the file says who logs in. */
function linkRoleOf(project: string, node: string, { link }: NodeEntry): LinkRole | undefined {
  if (link?.user !== undefined) return undefined;
  return {
    name: linkRoleName(project, node),
    password: link?.passfile === undefined ? "generated" : "passfile",
  };
}

interface Preset extends Pick<Node, "dsn" | "engine" | "sets" | "tableOwner"> {
  readonly project: string;
}

function nodeOf(name: string, entry: NodeEntry, preset: Preset): Node {
  const { dsn } = preset;
  const isRoot = entry.upstream === undefined;
  const linkRole = isRoot ? undefined : linkRoleOf(preset.project, name, entry);
  const tableOwner = entry.table_owner ?? preset.tableOwner;
  return {
    name,
    tier: entry.tier,
    ...(entry.upstream === undefined ? {} : { upstream: entry.upstream }),
    dsn,
    linkDsn: composeLinkDsn(dsn, entry.link, linkRole?.name),
    ...(linkRole === undefined ? {} : { linkRole }),
    engine: entry.engine ?? preset.engine,
    sets: isRoot ? [] : (entry.sets ?? preset.sets),
    ...(tableOwner === undefined ? {} : { tableOwner }),
  };
}
