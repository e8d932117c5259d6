/** How many of the nodes and links are as they should be. Pure. */
import type { NodeOverview } from "./place.ts";
import { needsSomebody } from "./trouble.ts";

export interface Counts {
  readonly nodes: number;
  readonly nodesSeen: number;
  readonly nodesNeeding: number;
  /** Links of which both ends are looked at. */
  readonly links: number;
  readonly linksCarrying: number;
  readonly linksNeeding: number;
}

/** Counts what is shown. */
export function countAll(nodes: readonly NodeOverview[]): Counts {
  const watched = nodes.filter(({ isWatched }) => isWatched);
  const names = new Set(watched.map(({ name }) => name));
  const links = nodes.flatMap(({ link }) => link ?? []);
  const judged = links.filter((link) => names.has(link.provider) && names.has(link.subscriber));
  return {
    nodes: watched.length,
    nodesSeen: watched.filter(({ isSeen }) => isSeen).length,
    nodesNeeding: nodes.filter(({ severity }) => needsSomebody(severity)).length,
    links: judged.length,
    linksCarrying: judged.filter(({ state }) => state === "replicating" || state === "catchup").length,
    linksNeeding: links.filter(({ severity }) => needsSomebody(severity)).length,
  };
}
