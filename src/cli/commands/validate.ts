/** Checks the topology file without touching a server. */
import { TopologyError } from "../../domain/errors.ts";
import { legible } from "../../domain/legible.ts";
import type { Topology } from "../../domain/topology.ts";
import { defineCommand } from "../command.ts";

export const validate = defineCommand({
  name: "validate",
  summary: "Check the topology file without touching a server",
  description:
    "Reads the topology file and reports every problem with its line and column: misspelt keys, unknown\n" +
    "nodes, cycles, filters that PostgreSQL cannot read, secrets that are not there.",
  examples: [
    ["tributary validate", "check topology.yaml"],
    ["tributary validate -f sites/topology.yaml --json", "the same for a program"],
  ],
  options: {},
  async run(context) {
    try {
      const topology = await context.topology();
      context.stdout(
        context.json ? JSON.stringify(asJson(topology)) : asText(context.topologyFile, topology),
      );
      return 0;
    } catch (error) {
      // For a program the problems are the result; for people they are the error.
      if (!context.json || !(error instanceof TopologyError) || error.problems.length === 0) throw error;
      context.stdout(JSON.stringify({ valid: false, problems: error.problems }));
      return error.exitCode;
    }
  },
});

const asJson = ({ project, tiers, sets, nodes }: Topology): object => ({
  valid: true,
  project,
  engine: enginesOf(nodes),
  tiers: tiers.map((tier) => ({ name: tier, nodes: countOf(nodes, tier) })),
  sets: sets.map(({ name, tables }) => ({ name, tables: tables.length })),
  nodes: nodes.length,
  problems: [],
});

function asText(file: string, { project, tiers, sets, nodes }: Topology): string {
  const perTier = tiers.toReversed().map((tier) => `${tier} ${countOf(nodes, tier)}`);
  const perSet = sets.map(({ name, tables }) => `${legible(name)} (${plural(tables.length, "table")})`);
  return [
    `${legible(file)} is valid`,
    `  project  ${project}, carried by ${enginesOf(nodes)}`,
    `  nodes    ${nodes.length}: ${perTier.join(", ")}`,
    `  sets     ${sets.length}: ${perSet.join(", ")}`,
  ].join("\n");
}

/** The root's rows are not carried. */
function enginesOf(nodes: Topology["nodes"]): string {
  const carried = nodes.filter(({ upstream }) => upstream !== undefined);
  return [...new Set((carried.length === 0 ? nodes : carried).map(({ engine }) => engine))].join(" and ");
}

const countOf = (nodes: Topology["nodes"], tier: string): number =>
  nodes.filter((node) => node.tier === tier).length;
const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
