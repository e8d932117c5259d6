/** The report of a comparison as one page that needs nothing else. Whatever comes from a database is escaped. */
import type {
  Difference,
  LinkVerification,
  Stray,
  TableVerification,
  VerificationReport,
} from "../../domain/verification.ts";
import { type Markup, markup } from "../../monitor/page/markup.ts";
import { STYLE } from "../../monitor/page/style.ts";

const OWN_STYLE = `table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
td.value{font-family:monospace;white-space:pre-wrap;overflow-wrap:anywhere}body{max-width:75rem;margin:0 auto;padding:1rem}`;

/** The whole document. */
export function verificationPage(report: VerificationReport): string {
  const { project, verdict, from, to, links, strays } = report;
  return `<!doctype html>\n${markup`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${project}: ${verdict}</title><style>${STYLE}${OWN_STYLE}</style></head><body>
<h1>Project ${project}: ${verdict}</h1><p>Compared from ${from} to ${to}. Rows that nobody wrote in between are compared as of any moment in between.</p>
${links.map(linkPart)}${strays.length > 0 && strayPart(strays)}
</body></html>`.toString()}\n`;
}

const linkPart = ({
  provider,
  subscriber,
  tables,
}: LinkVerification): Markup => markup`<h2>${provider} → ${subscriber}</h2>
<table><thead><tr><th>table</th><th>verdict</th><th>rows below</th><th>rows above</th><th>missing</th><th>extra</th><th>different</th><th>parked</th></tr></thead>
<tbody>${tables.map(
  (
    table,
  ) => markup`<tr><td>${table.relation}</td><td>${table.verdict}${table.reason !== undefined && markup`<br>${table.reason}`}</td>
<td>${table.rowsBelow}</td><td>${table.rowsAbove}</td><td>${table.missing}</td><td>${table.extra}</td><td>${table.different}</td><td>${table.parked}</td></tr>`,
)}</tbody></table>${tables.filter(({ rows }) => rows.length > 0).map(rowsPart)}`;

const rowsPart = (table: TableVerification): Markup => markup`<h3>${table.relation}</h3>
<p>${table.rows.length} rows listed${!table.isComplete && ", of more than were looked at"}.</p>
<table><thead><tr><th>key</th><th>what</th><th>owner</th><th>column</th><th>below</th><th>above</th></tr></thead><tbody>${table.rows.map(rowPart)}</tbody></table>`;

function rowPart({ key, kind, owner, reason, columns = [] }: Difference): readonly Markup[] {
  const head = markup`<td class="value">${key.join(", ")}</td><td>${kind}${reason !== undefined && markup`<br>${reason}`}</td><td>${owner}</td>`;
  if (columns.length === 0) return [markup`<tr>${head}<td></td><td></td><td></td></tr>`];
  return columns.map(
    ({ name, below, above }, index) => markup`<tr>${index === 0 ? head : markup`<td></td><td></td><td></td>`}
<td>${name}</td><td class="value">${below ?? "NULL"}</td><td class="value">${above ?? "NULL"}</td></tr>`,
  );
}

const strayPart = (strays: readonly Stray[]): Markup => markup`<h2>Rows that no node below answers for</h2>
<table><thead><tr><th>node</th><th>table</th><th>owner</th><th>rows</th><th>keys</th></tr></thead><tbody>${strays.map(
  ({ node, relation, owner, rows, keys }) =>
    markup`<tr><td>${node}</td><td>${relation}</td><td>${owner ?? "nobody"}</td><td>${rows}</td><td class="value">${keys.join(", ")}</td></tr>`,
)}</tbody></table>`;
