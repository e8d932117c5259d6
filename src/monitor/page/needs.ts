/** Where somebody is needed: a card for each such node, the soonest loss first. Pure. */
import { type NodeOverview, lossOf, severityOf, titleOf, troublesOf } from "../overview/place.ts";
import { timeLeft } from "../overview/trouble.ts";
import type { Overview } from "../overview.ts";
import { type Markup, markup } from "./markup.ts";
import { troubleItem, word } from "./parts.ts";

/** Nothing where nobody is needed. */
export function needs({ at, needs: names, nodes }: Overview, runbooks: ReadonlySet<string>): Markup {
  if (names.length === 0) return markup``;
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const cards = names.flatMap((name) => {
    const node = byName.get(name);
    return node === undefined ? [] : [card(node, at, runbooks)];
  });
  return markup`<section id="needs" aria-labelledby="needs-title">
    <h2 id="needs-title">Needs somebody</h2>
    <ol class="cards">${cards}</ol>
  </section>`;
}

function card(node: NodeOverview, at: number, runbooks: ReadonlySet<string>): Markup {
  const severity = severityOf(node);
  const time = timeLeft(lossOf(node), at);
  const troubles = troublesOf(node).filter(({ isConsequence }) => isConsequence !== true);
  return markup`<li id="need-${node.name}" class="card ${severity}">
    <div>
      <h3>${titleOf(node)}</h3>
      <p class="about">${word(severity)} <span class="muted">${node.tier}</span></p>
    </div>
    ${time && markup`<p class="left"><strong>${time.left}</strong> until ${time.until}</p>`}
    <ul class="troubles">${troubles.map((trouble) => troubleItem(trouble, runbooks))}</ul>
  </li>`;
}
