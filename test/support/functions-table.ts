/** sql/README.md: what is in the schema of a node, whose it is, and who may call it, as live nodes have it. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { query } from "./sql.ts";

export const README = path.resolve(import.meta.dirname, "../../sql/README.md");

/** A function, or a family of them that is generated: one for each table. */
export interface FunctionRow {
  /** `capture_insert_<table>()`. */
  readonly signature: string;
  readonly owner: string;
  /** Its owner's rights, or its caller's. */
  readonly rights: "owner" | "caller";
  /** What it sets for itself: `search_path = …` first. */
  readonly settings: string;
  /** Besides its owner. */
  readonly callers: string;
  /** Tiers that have it, when not all. */
  readonly where: string;
}

interface Live extends FunctionRow {
  readonly tier: string;
}

const SQL = `
  select p.proname::text as name, pg_catalog.replace(pg_catalog.oidvectortypes(p.proargtypes), ', ', ',') as arguments, p.proowner::regrole::text as owner,
    p.prosecdef as is_definer, coalesce(nullif(pg_catalog.array_to_string(array(select s from unnest(p.proconfig) s order by s not like 'search_path=%', s), '; '), ''),
      case when p.prosqlbody is not null or p.prolang = (select l.oid from pg_catalog.pg_language l where l.lanname = 'internal') then 'none needed' else '' end) as settings,
    coalesce((select pg_catalog.string_agg(distinct case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end, ' ' order by case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end)
      from pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a where a.grantee <> p.proowner and a.privilege_type = 'EXECUTE'), '') as callers
  from pg_catalog.pg_proc p where p.pronamespace = 'tributary'::regnamespace`;

/** A role as the page names it: what is made for project "slm". */
const short = (role: string): string =>
  role.replaceAll("tributary_slm_", "").replaceAll("slm_monitor", "monitor").replaceAll('"', "");

/** The functions of nodes of project "slm" whose tables are these. */
export async function liveFunctions(
  nodes: readonly { readonly tier: string; readonly dsn: string }[],
  relations: readonly string[],
): Promise<readonly FunctionRow[]> {
  const found = await Promise.all(
    nodes.map(async ({ tier, dsn }) =>
      (await query(dsn, SQL)).map((row): Live => {
        const name = relations.reduce(
          (left, relation) => left.replace(`_${relation}`, "_<table>"),
          String(row["name"]).replace(/^receive_.*/u, "receive_<set>"),
        );
        // A filter takes the columns that it looks at.
        const parameters = ["filter_<table>", "condition_<table>"].includes(name)
          ? "columns"
          : String(row["arguments"]);
        return {
          signature: `${name}(${parameters})`,
          owner: short(String(row["owner"])),
          rights: row["is_definer"] === true ? "owner" : "caller",
          settings: String(row["settings"]).replaceAll("=", " = "),
          callers: short(String(row["callers"])),
          where: "",
          tier,
        };
      }),
    ),
  );
  const all = found.flat();
  const tiers = [...new Set(nodes.map(({ tier }) => tier))];
  const rows = new Map<string, FunctionRow>();
  for (const { tier: _, ...row } of all) {
    const here = tiers.filter((tier) => all.some((other) => other.tier === tier && isSame(other, row)));
    rows.set(JSON.stringify(row), { ...row, where: here.length === tiers.length ? "" : here.join(" ") });
  }
  return [...rows.values()].toSorted((left, right) => (left.signature < right.signature ? -1 : 1));
}

const isSame = (left: FunctionRow, right: FunctionRow): boolean =>
  (["signature", "owner", "rights", "settings", "callers"] as const).every((key) => left[key] === right[key]);

const HEADS = ["function", "owner", "runs with the rights of its", "sets", "who else may call it", "only at"];

/** The rows, as Markdown. */
export const renderFunctions = (rows: readonly FunctionRow[]): string =>
  [
    `| ${HEADS.join(" | ")} |`,
    `|${HEADS.map(() => "---").join("|")}|`,
    ...rows.map(
      ({ signature, owner, rights, settings, callers, where }) =>
        `| \`${signature}\` | ${owner} | ${rights} | ${settings} | ${callers} | ${where} |`,
    ),
  ].join("\n");

const BEGIN = "<!-- functions: made by UPDATE_SQL_README=1, see test/security/catalog.test.ts -->";
const END = "<!-- end of functions -->";

/** The page with the table of these rows in it. */
export function withFunctions(page: string, rows: readonly FunctionRow[]): string {
  const [before = "", rest = ""] = page.split(BEGIN);
  const [, after = ""] = rest.split(END);
  return `${before}${BEGIN}\n${renderFunctions(rows)}\n${END}${after}`;
}

export const readPage = (): string => readFileSync(README, "utf8");
