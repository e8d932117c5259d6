/** The tree as it is drawn, on the page and in a terminal: what stands in which line, and what is folded. Pure. */
import { bytes, duration } from "../../domain/amounts.ts";
import type { Overview } from "../overview.ts";
import { lagWords } from "./link.ts";
import { type NodeOverview, lossOf, severityOf, troublesOf } from "./place.ts";
import { type Trouble, lossWords, needsSomebody, severityWord } from "./trouble.ts";

/** A node with all that is drawn below it. */
export interface Branch {
  readonly node: NodeOverview;
  readonly words: RowWords;
  /** What is told below its line. */
  readonly told: readonly Trouble[];
  readonly shown: readonly Branch[];
  /** Many that are all right, and have nothing below them. */
  readonly folded: readonly Branch[];
  /** What is said instead of those. */
  readonly foldedWords: string;
}

/** One line. Empty: nobody knows, or there is nothing to know. */
export interface RowWords {
  readonly state: string;
  /** That is as it should be. */
  readonly isFine: boolean;
  readonly lag: string;
  readonly age: string;
  readonly loss: string;
  readonly free: string;
}

/** More than so many that are all right, side by side, are folded. */
const FOLD = 6;

/** What stands at the top, and through it everything. */
export function drawTree({ at, nodes }: Overview): readonly Branch[] {
  const names = new Set(nodes.map(({ name }) => name));
  const below = new Map<string | undefined, NodeOverview[]>();
  for (const node of nodes) {
    const above = node.upstream !== undefined && names.has(node.upstream) ? node.upstream : undefined;
    const siblings = below.get(above) ?? [];
    siblings.push(node);
    below.set(above, siblings);
  }
  const branch = (node: NodeOverview): Branch => {
    const all = (below.get(node.name) ?? []).map(branch);
    const quiet = all.filter(isQuiet);
    const folded = quiet.length > FOLD ? quiet : [];
    const shown = folded.length === 0 ? all : all.filter((one) => !isQuiet(one));
    return {
      node,
      words: rowWords(node, at),
      told: toldOf(node),
      shown,
      folded,
      foldedWords: foldedWords(folded, shown.length > 0),
    };
  };
  return (below.get(undefined) ?? []).map(branch);
}

const isQuiet = ({ node, shown, folded }: Branch): boolean =>
  severityOf(node) === "ok" && shown.length === 0 && folded.length === 0;

function foldedWords(folded: readonly Branch[], hasOthers: boolean): string {
  const oldest = Math.max(...folded.map(({ node }) => node.freshness?.ageSeconds ?? 0));
  const what = `${folded.length} ${hasOthers ? "more " : ""}nodes are ${severityWord("ok")}`;
  return `${what}, data at most ${duration(oldest)} old`;
}

/** What needs somebody is told in full elsewhere: here is the worst of it. */
function toldOf(node: NodeOverview): readonly Trouble[] {
  const worst = severityOf(node);
  const troubles = troublesOf(node);
  if (needsSomebody(worst)) return troubles.filter(({ severity }) => severity === worst).slice(0, 1);
  // That a dark node's link is dark, too, goes without saying.
  return node.isSeen || !node.isWatched ? troubles : node.troubles;
}

function rowWords(node: NodeOverview, at: number): RowWords {
  const { link, freshness, disks, isSeen, isWatched } = node;
  const loss = lossOf(node);
  const free = Math.min(...disks.map(({ availBytes }) => availBytes));
  const carries = link === undefined || link.state === "replicating" || link.state === "catchup";
  return {
    state: stateOf(node, at),
    isFine: carries && (isSeen || !isWatched),
    lag: link === undefined ? "" : lagWords(link),
    age: freshness === undefined ? "" : `data ${duration(freshness.ageSeconds)} old`,
    // Of a dark node only what was foreseen before is known: that nothing was does not tell that nothing comes.
    loss: loss === undefined && (link === undefined || !isSeen) ? "" : lossWords(loss, at),
    free: disks.length === 0 ? "" : `${bytes(free)} free`,
  };
}

function stateOf({ isSeen, isWatched, seenAt, link }: NodeOverview, at: number): string {
  if (isWatched && !isSeen)
    return seenAt === undefined ? "not seen" : `not seen for ${duration(at - seenAt)}`;
  return link?.stateWord ?? (isWatched ? "seen" : "");
}
