/** The whole tree in one sentence. Pure. */
import type { Counts } from "./counts.ts";

/** What needs somebody first, and how long there is. */
export interface First {
  readonly title: string;
  readonly left?: string;
}

/** `All 7 nodes are seen, all 6 links replicate.` or `2 links need somebody, first district-a → east: 3 h 20 min left.` */
export function headline(counts: Counts, first: First | undefined, isFirstRound: boolean): string {
  const { nodes, nodesSeen, links, linksCarrying } = counts;
  if (first !== undefined) {
    const left = first.left === undefined ? "" : `: ${first.left} left`;
    return `${needing(counts)} somebody, first ${first.title}${left}.`;
  }
  if (isBlind(counts, isFirstRound))
    return "None of the nodes is seen: look at the monitor's own line first.";
  if (isFirstRound && nodesSeen < nodes) return "The first look at the tree is not complete.";
  const seen = `${share(nodesSeen, nodes, "node")} ${nodes === 1 ? "is" : "are"} seen`;
  const carrying = `${share(linksCarrying, links, "link")} ${links === 1 ? "replicates" : "replicate"}`;
  const isWhole = nodesSeen === nodes && linksCarrying === links;
  const all = `${links === 0 ? seen : `${seen}, ${carrying}`}${isWhole ? "" : "; nobody is needed"}.`;
  return all.charAt(0).toUpperCase() + all.slice(1);
}

/** Whatever each of them may: all at once is no coincidence. */
export const isBlind = ({ nodes, nodesSeen }: Counts, isFirstRound: boolean): boolean =>
  nodes > 1 && nodesSeen === 0 && !isFirstRound;

function needing({ nodesNeeding, linksNeeding }: Counts): string {
  const parts = [some(nodesNeeding, "node"), some(linksNeeding, "link")].filter((part) => part !== "");
  return `${parts.join(" and ")} ${nodesNeeding + linksNeeding === 1 ? "needs" : "need"}`;
}

const some = (count: number, what: string): string =>
  count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;

function share(part: number, whole: number, what: string): string {
  if (whole === 1) return part === 1 ? `the only ${what}` : `0 of 1 ${what}s`;
  return part === whole ? `all ${whole} ${what}s` : `${part} of ${whole} ${what}s`;
}
