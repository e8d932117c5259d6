/** Compares what should be upstream with what is. */
import type { Verdict, VerificationReport } from "../../domain/verification.ts";
import { UsageError } from "../../domain/errors.ts";
import { relationName, type Topology } from "../../domain/topology.ts";
import { Sessions } from "../../postgres/sessions.ts";
import type { Manner } from "../../verify/scan.ts";
import { type Extent, verifyTree } from "../../verify/verify-tree.ts";
import { bytesPerSecond, secondsOf } from "../amounts.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { parseRelation } from "../keys.ts";
import { renderVerification } from "../render/verification.ts";
import { writeReport } from "../verification-report.ts";

/** A large table is read in stretches of a second or so; what is joined with owners, at once. */
export const STATEMENT_TIMEOUT_MS = 600_000;
const PATIENCE_MS = 30_000;
const LISTED = 1000;

/** 5: an end was not reachable, or the stream stood still. 8: rows that never stood still. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { equal: 0, different: 6, unknown: 5, unsettled: 8 };

export const verify = defineCommand({
  name: "verify",
  summary: "Compare what should be upstream with what is, row by row",
  description:
    "For each link and table: the provider's rows that pass the filter, only the columns that travel, against the subscriber's\n" +
    "rows that came from that provider. Hashes are made on the servers, so that little travels; rows that seem to differ are\n" +
    "looked at until they have stood still, so that traffic never shows as a difference. Reads only. Writes a report beside the\n" +
    "topology file, which tributary repair takes.",
  examples: [
    ["tributary verify", "the whole tree"],
    ["tributary verify --node district-a --deep", "one district's link, with the columns that differ"],
    ["tributary verify --table public.document --max-rate 20MB", "one table, leaving room for others"],
    ["tributary verify --since 24h", "leave out what was found equal today; also goes on after Ctrl-C"],
  ],
  options: {
    table: { type: "string", isRepeatable: true, value: "NAME", summary: "Only this table; may be repeated" },
    since: {
      type: "string",
      value: "TIME",
      summary: "Leave out tables that were found equal so lately, such as 24h",
    },
    deep: { type: "boolean", summary: "Also say which columns differ, with their values" },
    limit: {
      type: "number",
      value: "N",
      default: LISTED,
      summary: "How many differing rows of a table to list",
    },
    "max-rate": {
      type: "string",
      value: "BYTES",
      summary: "The most to read of a table in a second, such as 20MB",
    },
    report: {
      type: "string",
      value: "FILE",
      summary: "Where the report goes, as .json and .html; default: beside the topology file",
    },
  },
  async run(context, args) {
    const manner = mannerOf(context, args);
    const topology = await context.topology();
    const extent = extentOf(context, topology, args);
    const report = await verifyNow(context, topology, extent, manner);
    const files = writeReport(args.report ?? `${context.topologyFile}.verify`, report);
    context.stdout(context.json ? JSON.stringify(report) : renderVerification(report));
    if (!context.json) context.stderr(`Report: ${files.join(" and ")}`);
    return EXIT_CODES[report.verdict];
  },
});

interface VerifyArguments {
  readonly table: readonly string[] | undefined;
  readonly since: string | undefined;
  readonly deep: boolean;
  readonly limit: number;
  readonly "max-rate": string | undefined;
}

/** How to compare, from the command line. */
export function mannerOf(
  context: Context,
  { deep, limit, "max-rate": rate }: Pick<VerifyArguments, "deep" | "limit" | "max-rate">,
): Manner {
  if (!Number.isInteger(limit) || limit < 0)
    throw new UsageError(`--limit is ${limit}, needs to be a whole number`, { code: "usage" });
  return {
    signal: context.signal,
    timeoutMs: context.timeoutMs ?? PATIENCE_MS,
    bytesPerSecond: rate === undefined ? 0 : bytesPerSecond("max-rate", rate),
    listed: limit,
    deep,
    progress: (text) => context.stderr(text, "info", { isLine: true }),
  };
}

/** What to compare, from the command line. */
export function extentOf(
  context: Context,
  topology: Topology,
  { table, since }: Pick<VerifyArguments, "table" | "since">,
): Extent {
  const known = topology.sets.flatMap(({ tables }) => tables.map(relationName));
  const tables = (table ?? []).map((text) => {
    const relation = parseRelation(text);
    if (known.includes(relation)) return relation;
    throw new UsageError(`table "${relation}" does not travel`, {
      code: "usage",
      hint: `Tables that do: ${known.join(", ")}.`,
    });
  });
  return {
    ...(context.nodes === undefined ? {} : { nodes: context.nodes }),
    ...(tables.length === 0 ? {} : { tables }),
    ...(since === undefined ? {} : { sinceSeconds: secondsOf("since", since) }),
  };
}

/** Compares with connections of its own. Interrupted, it ends at once: it has changed nothing. */
export async function verifyNow(
  context: Context,
  topology: Topology,
  extent: Extent,
  manner: Manner,
): Promise<VerificationReport> {
  await using sessions = new Sessions(topology.nodes, {
    project: topology.project,
    signal: context.signal,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
  });
  return await verifyTree(topology, sessions, extent, manner);
}
