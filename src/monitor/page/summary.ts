/** The top of the page: the whole tree in one sentence, and in four figures. Pure. */
import { duration } from "../../domain/amounts.ts";
import { clock, moment } from "../overview/moment.ts";
import { type NodeOverview, lossOf } from "../overview/place.ts";
import { lossWords } from "../overview/trouble.ts";
import type { Overview } from "../overview.ts";
import { type Markup, markup } from "./markup.ts";
import { mark, word } from "./parts.ts";

/** Only the sentence is read out when it changes. */
export function summary(overview: Overview): Markup {
  const { project, at, severity, headline, isStale } = overview;
  return markup`<header>
    <p class="project"><span>Project ${project}</span> <span>As seen at ${clock(at)}</span></p>
    <div aria-live="polite">
      <p id="stale" class="stale"${!isStale && markup` hidden`}>${isStale && staleWords(overview)}</p>
      <h1 class="headline">${mark(severity)}<span>${word(severity)} ${headline}</span></h1>
    </div>
    <dl class="figures">${figures(overview)}</dl>
  </header>`;
}

const staleWords = ({ at, lookedAt = at }: Overview): string =>
  `This page is stale: the monitor answers, but has not been round the tree since ${moment(lookedAt, at)}, for ${duration(at - lookedAt)}. Look at its log.`;

function figures({ at, counts, nodes }: Overview): readonly Markup[] {
  const { nodesSeen, links, linksCarrying } = counts;
  const [oldest] = nodes.toSorted((one, other) => ageOf(other) - ageOf(one));
  const [first] = nodes.toSorted((one, other) => lossAt(one) - lossAt(other));
  const none = lossWords(undefined, at);
  const left = lossWords(first && lossOf(first), at);
  return [
    figure("Nodes seen", `${nodesSeen} of ${counts.nodes}`),
    ...(links === 0 ? [] : [figure("Links that carry", `${linksCarrying} of ${links}`)]),
    ...(oldest?.freshness === undefined
      ? []
      : [figure("Oldest data", duration(ageOf(oldest)), `${oldest.name} at ${oldest.freshness.observer}`)]),
    left === none ? figure("First loss", "none in sight") : figure("First loss", left, first?.name),
  ];
}

const ageOf = ({ freshness }: NodeOverview): number => freshness?.ageSeconds ?? -1;

const lossAt = (node: NodeOverview): number => lossOf(node)?.at ?? Number.POSITIVE_INFINITY;

const figure = (name: string, value: string, about?: string): Markup =>
  markup`<div><dt>${name}</dt><dd>${value}${about !== undefined && markup` <small>${about}</small>`}</dd></div>`;
