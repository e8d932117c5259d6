/** The picture in words and in order: what the page, `/overview.json` and a terminal show. Plain data, without addresses. Pure. */
import { type Counts, countAll } from "./overview/counts.ts";
import { type First, headline, isBlind } from "./overview/headline.ts";
import { type NodeOverview, compareRanks, lossOf, rankOf, severityOf, titleOf } from "./overview/place.ts";
import { treeOf } from "./overview/tree.ts";
import { type Severity, needsSomebody, timeLeft, worstOf } from "./overview/trouble.ts";
import type { Picture } from "./picture.ts";

/** Moments are seconds since 1970. */
export interface Overview {
  readonly project: string;
  readonly at: number;
  /** When the last round over all nodes ended. Absent: none has yet. */
  readonly lookedAt?: number;
  /** That is too long ago: nothing here can be relied on. */
  readonly isStale: boolean;
  /** The whole tree in one sentence. */
  readonly headline: string;
  readonly severity: Severity;
  readonly counts: Counts;
  /** In the order in which a tree is drawn; side by side, what needs somebody soonest comes first. */
  readonly nodes: readonly NodeOverview[];
  /** Names of the nodes that need somebody, themselves or their links upward: the soonest loss first, then the most severe. */
  readonly needs: readonly string[];
}

/** The poller's last round over all nodes. */
export interface Round {
  readonly endedAt: number | undefined;
  /** That is too long ago. */
  readonly isLate: boolean;
}

/** Puts a picture into words. */
export function overviewOf(picture: Picture, { endedAt, isLate }: Round): Overview {
  const { project, at } = picture;
  const nodes = treeOf(picture);
  const needs = nodes
    .filter((node) => needsSomebody(severityOf(node)))
    .toSorted((one, other) => compareRanks(rankOf(one, at), rankOf(other, at)));
  const counts = countAll(nodes);
  const [first] = needs;
  return {
    project,
    at,
    ...(endedAt === undefined ? {} : { lookedAt: endedAt }),
    isStale: isLate && endedAt !== undefined,
    headline: headline(counts, first && firstOf(first, at), endedAt === undefined),
    severity: worstOf([...nodes.map(severityOf), isBlind(counts, endedAt === undefined) ? "warning" : "ok"]),
    counts,
    nodes,
    needs: needs.map(({ name }) => name),
  };
}

function firstOf(node: NodeOverview, now: number): First {
  const time = timeLeft(lossOf(node), now);
  return { title: titleOf(node), ...(time === undefined ? {} : { left: time.left }) };
}
