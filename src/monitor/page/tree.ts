/** The tree as a picture: nested lists with lines, and what is all right folded where there is much of it. Pure. */
import { type Branch, drawTree } from "../overview/drawing.ts";
import { lossOf, severityOf } from "../overview/place.ts";
import { asSentence } from "../overview/text.ts";
import { type Trouble, isNear, needsSomebody } from "../overview/trouble.ts";
import type { Overview } from "../overview.ts";
import { details } from "./details.ts";
import { type Markup, markup } from "./markup.ts";
import { mark, spoken, troubleItem } from "./parts.ts";

/** In larger trees what is folded has no details: there are other places for them, and the page stays small. */
const LARGE = 100;

interface Page {
  readonly at: number;
  readonly isLarge: boolean;
  readonly runbooks: ReadonlySet<string>;
}

/** Draws all nodes that are shown. */
export function tree(overview: Overview, runbooks: ReadonlySet<string>): Markup {
  const page = { at: overview.at, runbooks, isLarge: overview.nodes.length > LARGE };
  return markup`<section id="tree" aria-labelledby="tree-title">
    <h2 id="tree-title">The tree</h2>
    <ul>${drawTree(overview).map((branch) => item(page, branch))}</ul>
  </section>`;
}

function item(page: Page, branch: Branch): Markup {
  const { node, words, shown, folded } = branch;
  const below = [...shown.map((one) => item(page, one)), ...(folded.length > 0 ? [fold(page, branch)] : [])];
  const classes = [
    severityOf(node),
    ...(words.isFine ? [] : ["broken"]),
    ...(below.length > 0 ? ["inner"] : []),
  ];
  return markup`<li id="node-${node.name}" class="${classes.join(" ")}">
    <details id="more-${node.name}">
      <summary class="row">${cells(branch, page.at)}</summary>
      ${details(node, page.at)}
    </details>
    ${told(page, branch)}
    ${below.length > 0 && markup`<ul class="below">${below}</ul>`}
  </li>`;
}

function fold(page: Page, { node, folded, foldedWords }: Branch): Markup {
  const row = (branch: Branch): Markup =>
    page.isLarge
      ? markup`<li class="ok"><div class="row">${cells(branch, page.at)}</div></li>`
      : item(page, branch);
  return markup`<li id="rest-${node.name}" class="ok">
    <details id="fold-${node.name}" class="fold">
      <summary><span>${foldedWords}</span>
        <span class="dots" style="--count:${folded.length}" aria-hidden="true"></span></summary>
      <ul class="below">${folded.map(row)}</ul>
    </details>
  </li>`;
}

/** One line: who, how the link stands, how far behind, how old above, what is lost first, how much is free. */
function cells({ node, words }: Branch, at: number): Markup {
  const severity = severityOf(node);
  const { state, isFine, lag, age, loss, free } = words;
  return markup`<span class="who">${mark(severity)}<span>${spoken(severity)}<b class="name">${node.name}</b>
      <span class="tier">${node.tier}</span></span></span>
    <span${!isFine && markup` class="word"`}>${state}</span>
    <span class="facts"><span>${lag}</span> <span>${age}</span>
      <span${isNear(lossOf(node), at) && markup` class="word"`}>${loss}</span> <span>${free}</span></span>`;
}

/** What needs somebody has a card above, with all that there is to say. */
function told({ runbooks }: Page, { node, told: troubles }: Branch): Markup | false {
  const line = (trouble: Trouble): Markup => {
    if (needsSomebody(trouble.severity))
      return markup`<li>${asSentence(trouble.says)} <a href="#need-${node.name}">What to do</a></li>`;
    return trouble.isConsequence === true
      ? markup`<li>${asSentence(trouble.says)}</li>`
      : troubleItem(trouble, runbooks);
  };
  return troubles.length > 0 && markup`<ul class="told">${troubles.map(line)}</ul>`;
}
