/** A status as people read it: the tree, and under each link what is wrong with it and what to do. */
import { bytes, duration } from "../../domain/amounts.ts";
import { legibly } from "../../domain/legible.ts";
import { parkedAdvice } from "../parked-advice.ts";
import type { LinkReport, NodeReport, StatusReport } from "../status-report.ts";
import { countRows, parkedAsJson } from "./parked.ts";

interface Row {
  readonly label: string;
  readonly tier: string;
  readonly text: string;
  readonly notes: readonly string[];
  /** What goes before the notes, so that the tree's lines go on. */
  readonly margin: string;
}

/** The report as programs know it. */
export function statusAsJson({ project, healthy, nodes, subscriptions }: StatusReport): object {
  return {
    project,
    healthy,
    nodes: nodes.map(({ hint: _hint, ...node }) => node),
    subscriptions: subscriptions.map(({ hint: _hint, lastMessageSecondsAgo: _age, parked, ...link }) => ({
      ...link,
      ...(parked === undefined ? {} : { parked: parked.map(parkedAsJson) }),
    })),
  };
}

/** The tree from the root down. */
export function renderStatus(found: StatusReport): string {
  const report = legibly(found);
  const rows = treeRows(report);
  const label = Math.max(0, ...rows.map((row) => row.label.length));
  const tier = Math.max(0, ...rows.map((row) => row.tier.length));
  return [
    `Project ${report.project}: ${headline(report)}`,
    "",
    ...rows.flatMap((row) => [
      `${row.label.padEnd(label)}  ${row.tier.padEnd(tier)}  ${row.text}`.trimEnd(),
      ...row.notes.map((note) => `${row.margin.padEnd(label)}  ${" ".repeat(tier)}  ${note}`),
    ]),
    "",
  ].join("\n");
}

function headline({ healthy, nodes, subscriptions }: StatusReport): string {
  if (healthy) return "healthy.";
  const lost = nodes.filter((node) => !node.reachable).length;
  const ill = subscriptions.filter((link) => link.error !== undefined).length;
  const damaged = nodes.filter((node) => node.reachable && node.error !== undefined).length;
  const parts = [
    ...(lost === 0 ? [] : [`${lost} of ${nodes.length} nodes cannot be reached`]),
    ...(damaged === 0 ? [] : [`${damaged} of ${nodes.length} nodes are damaged`]),
    ...(ill === 0 ? [] : [`${ill} of ${subscriptions.length} links need attention`]),
  ];
  return `NOT healthy: ${parts.join(", ")}.`;
}

function treeRows({ nodes, subscriptions }: StatusReport): readonly Row[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const linkOf = new Map(subscriptions.map((link) => [link.provider, link]));
  const below = new Map<string, LinkReport[]>();
  for (const { name } of nodes) below.set(name, []);
  for (const { name } of nodes) {
    const link = linkOf.get(name);
    if (link !== undefined) below.get(link.subscriber)?.push(link);
  }
  const rows: Row[] = [];
  const visit = (name: string, branch: string, margin: string): void => {
    const node = byName.get(name);
    if (node === undefined) return;
    const children = below.get(name) ?? [];
    const stem = children.length > 0 ? `${margin}│` : margin;
    rows.push(rowOf(node, linkOf.get(name), `${branch}${name}`, stem));
    children.forEach((link, at) => {
      const isLast = at === children.length - 1;
      visit(link.provider, `${margin}${isLast ? "└─ " : "├─ "}`, `${margin}${isLast ? "   " : "│  "}`);
    });
  };
  for (const { name } of nodes) if (!linkOf.has(name)) visit(name, "", "");
  return rows;
}

function rowOf(node: NodeReport, link: LinkReport | undefined, label: string, margin: string): Row {
  const server = node.reachable
    ? [`PostgreSQL ${node.serverVersion ?? "?"}`, ...(node.engine === null ? [] : [node.engine])].join(", ")
    : `UNREACHABLE: ${node.error ?? ""}`;
  return {
    label,
    tier: node.tier,
    text: [link === undefined || !node.reachable ? server : describeLink(link), ...outboxOf(node)].join(", "),
    notes: node.reachable
      ? [...ownNotes(node), ...(link === undefined ? [] : notesOf(link))]
      : [node.hint ?? "Bring it back."],
    margin,
  };
}

const outboxOf = ({ outboxBytes = 0 }: NodeReport): readonly string[] =>
  outboxBytes === 0 ? [] : [`outbox ${bytes(outboxBytes)}`];

const ownNotes = ({ error }: NodeReport): readonly string[] => (error === undefined ? [] : [`! ${error}`]);

/** How many causes are told of each link. */
const CAUSES = 3;

function notesOf({ error, hint, parked = [] }: LinkReport): readonly string[] {
  const rest = parked.length - CAUSES;
  return [
    ...(error === undefined ? [] : [`! ${error}`]),
    ...parked
      .slice(0, CAUSES)
      .flatMap((group) => [
        `  - ${countRows(group.rows)} of ${group.table} of "${group.owner}" since ${group.since}: ${group.reason}`,
        `    ${parkedAdvice(group)}`,
      ]),
    ...(rest > 0 ? [`  - and ${rest} more ${rest === 1 ? "cause" : "causes"}`] : []),
    ...(error === undefined ? [] : [`  ${hint ?? ""}`]),
  ];
}

function describeLink(link: LinkReport): string {
  const { lagBytes, lagSeconds, retainedWalBytes, parkedRows, lastMessageSecondsAgo } = link;
  return [
    link.state,
    ...(lagBytes === null ? [] : [lagBytes === 0 ? "up to date" : `${bytes(lagBytes)} behind`]),
    ...(lagSeconds === null || lagSeconds === 0 ? [] : [`${duration(lagSeconds)} behind`]),
    ...(retainedWalBytes === null ? [] : [`${bytes(retainedWalBytes)} of WAL kept`]),
    ...(parkedRows === 0 ? [] : [`${parkedRows} rows parked`]),
    ...(lastMessageSecondsAgo === null ? [] : [`last message ${duration(lastMessageSecondsAgo)} ago`]),
  ].join(", ");
}
