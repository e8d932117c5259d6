/** All that is known of one node, for who opens it. What is measured is there only of a node that is seen. Pure. */
import { bytes, duration } from "../../domain/amounts.ts";
import { comparisonWords } from "../overview/comparison.ts";
import { type LinkOverview, lagWords } from "../overview/link.ts";
import { moment } from "../overview/moment.ts";
import type { DiskOverview, Freshness } from "../overview/node.ts";
import type { NodeOverview } from "../overview/place.ts";
import { diskName, lossWords } from "../overview/trouble.ts";
import { type Markup, type Value, markup } from "./markup.ts";

/** A list of what is what. */
export function details(node: NodeOverview, at: number): Markup {
  const { isWatched, seenAt, serverVersion, disks, link, freshness } = node;
  const seen = seenAt === undefined ? "never" : `${duration(at - seenAt)} ago, at ${moment(seenAt, at)}`;
  return markup`<dl class="details">
    ${isWatched && fact("Seen", seen)}
    ${serverVersion !== undefined && fact("Server", `PostgreSQL ${serverVersion}`)}
    ${link && linkFacts(link, node.isSeen, at)}
    ${freshness && freshnessFact(freshness)}
    ${disks.map((disk) => fact(capital(diskName(disk.mount)), diskFact(disk, at)))}
  </dl>`;
}

const fact = (name: string, value: Value): Markup => markup`<dt>${name}</dt><dd>${value}</dd>`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function linkFacts(link: LinkOverview, isSeen: boolean, at: number): readonly Markup[] {
  const { subscriber, engine, stateWord, parkedRows, parkedSince, soonest, comparison } = link;
  const lag = lagWords(link);
  const rows = parkedRows.toLocaleString("en");
  return [
    fact("Link", `to ${subscriber} over ${engine}: ${stateWord}${lag === "" ? "" : `, ${lag}`}`),
    fact("Time left", soonest === undefined && !isSeen ? "nobody can look" : lossWords(soonest, at)),
    ...(parkedSince === undefined
      ? []
      : [fact("Parked rows", `${rows}, the oldest since ${moment(parkedSince, at)}`)]),
    ...(comparison === undefined ? [] : [fact("Both ends compared", comparisonWords(comparison, at))]),
  ];
}

const freshnessFact = ({ observer, ageSeconds, budgetSeconds }: Freshness): Markup =>
  fact(`Data at ${observer}`, `${duration(ageSeconds)} old; it may be ${duration(budgetSeconds)}`);

const SOURCES: Readonly<Record<DiskOverview["source"], string>> = {
  statfs: "",
  ssh: "",
  heartbeat: ", as a beat told",
  estimate: ", by estimate",
};

function diskFact(disk: DiskOverview, at: number): Markup {
  const { source, sizeBytes, availBytes, toldSecondsAgo, fullAt, mount } = disk;
  const used = sizeBytes > 0 ? Math.round(100 - (100 * availBytes) / sizeBytes) : 0;
  const told = toldSecondsAgo === undefined ? "" : ` ${duration(toldSecondsAgo)} ago`;
  const full = fullAt === undefined ? "" : `; ${lossWords({ what: "disk", mount, at: fullAt }, at)}`;
  return markup`${bytes(availBytes)} of ${bytes(sizeBytes)} free${SOURCES[source]}${told}${full}
    <span class="bar" aria-hidden="true"><i style="width:${Math.min(100, Math.max(0, used))}%"></i></span>`;
}
