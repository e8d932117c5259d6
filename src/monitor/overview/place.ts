/** A node in its place in the tree, and with it its link to the node above. Pure. */
import type { LinkOverview } from "./link.ts";
import type { NodeSight } from "./node.ts";
import {
  type Loss,
  type Severity,
  type Trouble,
  SEVERITIES,
  firstLoss,
  isNear,
  needsSomebody,
  worstOf,
} from "./trouble.ts";

export interface NodeOverview extends NodeSight {
  readonly name: string;
  readonly tier: string;
  /** How far below the root, or below the first node of what is shown. */
  readonly depth: number;
  /** Name of the node above. */
  readonly upstream?: string;
  /** False: another monitor looks at it, and here it only stands for its link. */
  readonly isWatched: boolean;
  readonly link?: LinkOverview;
}

/** Of a node and its link together. */
export const severityOf = ({ severity, link }: NodeOverview): Severity =>
  worstOf([severity, link?.severity ?? "ok"]);

/** Of a node and its link together: what comes first, a slot lost or a disk full. */
export const lossOf = ({ soonest, link }: Pick<NodeOverview, "soonest" | "link">): Loss | undefined =>
  firstLoss([soonest, link?.soonest].flatMap((loss) => loss ?? []));

/** All that is to be told of a node and its link. What is behind something comes before it. */
export const troublesOf = ({ troubles, link }: NodeOverview): readonly Trouble[] => [
  ...troubles,
  ...(link?.troubles ?? []),
];

/** `district-a → east` where only the link needs somebody, else the node's name. */
export const titleOf = ({ name, link, severity }: NodeOverview): string =>
  link !== undefined && needsSomebody(link.severity) && !needsSomebody(severity)
    ? `${name} → ${link.subscriber}`
    : name;

/** What comes first has less. */
export type Rank = readonly [nearLoss: number, severity: number, loss: number];

/** Where a node stands among others: the soonest loss first, then the most severe. */
export function rankOf(node: NodeOverview, now: number): Rank {
  const loss = lossOf(node);
  const severity = severityOf(node);
  const at = loss?.at ?? Number.POSITIVE_INFINITY;
  const decides = needsSomebody(severity) && isNear(loss, now);
  return [decides ? at : Number.POSITIVE_INFINITY, -SEVERITIES.indexOf(severity), at];
}

/** For sorting. */
export function compareRanks(one: Rank, other: Rank): number {
  const differing = one.findIndex((part, index) => part !== other[index]);
  return differing < 0 ? 0 : (one[differing] ?? 0) - (other[differing] ?? 0);
}
