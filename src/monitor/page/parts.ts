/** What several parts of the page are made of. Pure. */
import { asSentence } from "../overview/text.ts";
import { type Severity, type Trouble, severityWord } from "../overview/trouble.ts";
import { type Markup, type Value, markup } from "./markup.ts";

/** A shape for those who do not tell colours apart. The word stands beside it. */
export const mark = (severity: Severity): Markup =>
  markup`<span class="mark ${severity}" aria-hidden="true"></span>`;

/** The severity in words, in its colour. */
export const word = (severity: Severity): Markup =>
  markup`<span class="word ${severity}">${severityWord(severity)}</span>`;

/** The same for those who do not see the mark. */
export const spoken = (severity: Severity): Markup =>
  markup`<span class="spoken">${severityWord(severity)}: </span>`;

const COMMAND = /(tributary [a-z]+(?: --node)?(?: [a-z][\w-]*)?(?=[.:;,]|$))/u;

/** A hint with its commands told apart from its words. */
const withCommands = (text: string): readonly Value[] =>
  text.split(COMMAND).map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));

/** What is, and the next step. */
export function troubleItem(trouble: Trouble, runbooks: ReadonlySet<string>): Markup {
  const { says, hint, runbook } = trouble;
  const isThere = runbook !== undefined && runbooks.has(runbook);
  return markup`<li>
    <p>${asSentence(says)}</p>
    <p class="next"><b>Next:</b> ${withCommands(hint)}
      ${isThere && markup`<a href="runbooks/${runbook}">Step by step</a>`}</p>
  </li>`;
}
