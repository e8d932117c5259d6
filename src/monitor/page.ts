/** The page for people: an overview as HTML, complete without a script. Pure. */
import { clock } from "./overview/moment.ts";
import { SEVERITIES } from "./overview/trouble.ts";
import type { Overview } from "./overview.ts";
import { markup } from "./page/markup.ts";
import { needs } from "./page/needs.ts";
import { mark, word } from "./page/parts.ts";
import { STYLE } from "./page/style.ts";
import { summary } from "./page/summary.ts";
import { tree } from "./page/tree.ts";

/** The whole document. `runbooks`: names of those that can be linked to. Addresses are relative: it may be served below any path. */
export function renderPage(overview: Overview, runbooks: ReadonlySet<string>): string {
  return [
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    markup`<title>${titleText(overview)}</title>`,
    '<link rel="icon" href="icon.svg" type="image/svg+xml">',
    '<noscript><meta http-equiv="refresh" content="30"></noscript>',
    `<style>${STYLE}</style><script src="page.js" defer></script></head><body>\n`,
    renderFragment(overview, runbooks),
    "\n</body></html>\n",
  ].join("");
}

/** What changes, for the script to take over. */
export function renderFragment(overview: Overview, runbooks: ReadonlySet<string>): string {
  const { at, isStale } = overview;
  const title = titleText(overview);
  const content = markup`<div id="page" data-at="${at}" data-clock="${clock(at)}" data-title="${title}"${isStale && markup` data-old`}>
    ${summary(overview)}
    <main>${needs(overview, runbooks)} ${tree(overview, runbooks)}</main>
    <footer>
      <ul class="legend">${SEVERITIES.map((severity) => markup`<li>${mark(severity)} ${word(severity)}</li>`)}</ul>
      <p>Updates itself. For programs: <a href="overview.json">overview.json</a>, <a href="metrics">metrics</a></p>
    </footer>
  </div>`;
  // Indentation is for readers of the source.
  return content.toString().replaceAll(/\s*\n\s*/gu, "\n");
}

function titleText({ project, needs: names, isStale }: Overview): string {
  const count = names.length === 0 ? "" : `(${names.length}) `;
  return `${isStale ? "Stale: " : ""}${count}${project} – Tributary`;
}
