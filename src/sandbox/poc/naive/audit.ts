/** Holds every site above the districts against what they have approved, and names what is wrong. */
import type { Sessions } from "../../../postgres/sessions.ts";
import { readTables } from "../read-tables.ts";
import type { HashedRow } from "../sql.ts";
import { SITES, type Site, officesBelow } from "../tree.ts";

/** lost: should be there. stale: should be gone. outdated: differs. leaked: should never have travelled. */
export const FAULTS = ["lost", "stale", "outdated", "leaked"] as const;
export type Fault = (typeof FAULTS)[number];

/** One table of one district, at one site above it. */
export interface Audit {
  readonly tier: Site["tier"];
  readonly site: string;
  readonly table: string;
  readonly district: string;
  /** Approved in the district. */
  readonly wanted: number;
  readonly present: number;
  readonly counts: Readonly<Record<Fault, number>>;
  /** Two of the rows. */
  readonly examples: Readonly<Record<Fault, readonly Example[]>>;
}

export interface Example {
  /** What people call the row. */
  readonly row: string;
  readonly what: string;
}

interface Found extends Example {
  readonly fault: Fault;
}

const EXAMPLES = 2;

/** Every table of every district at every site above it, lowest tier first. */
export async function auditTree(sessions: Sessions): Promise<readonly Audit[]> {
  const { tables, ...read } = await readTables(sessions);
  return SITES.filter(({ tier }) => tier !== "district").flatMap(({ name: site, tier }) =>
    tables.flatMap((table) =>
      officesBelow(site).map((district) => ({
        tier,
        site,
        table,
        district,
        ...auditRows(read.rowsOf(district, district, table), read.rowsOf(district, site, table)),
      })),
    ),
  );
}

type Findings = Pick<Audit, "wanted" | "present" | "counts" | "examples">;

function auditRows(below: readonly HashedRow[], present: readonly HashedRow[]): Findings {
  const origins = new Map(below.map((row) => [row.key, row]));
  const copies = new Set(present.map(({ key }) => key));
  const wanted = below.filter(isApproved);
  const found = [
    ...wanted.filter(({ key }) => !copies.has(key)).map(lost),
    ...present.flatMap((row) => faultOf(row, origins.get(row.key)) ?? []),
  ];
  const of = (fault: Fault): readonly Found[] => found.filter((one) => one.fault === fault);
  return {
    wanted: wanted.length,
    present: present.length,
    counts: eachFault((fault) => of(fault).length),
    examples: eachFault((fault) =>
      [...of(fault)]
        .sort(byRow)
        .slice(0, EXAMPLES)
        .map(({ row, what }) => ({ row, what })),
    ),
  };
}

function lost({ label }: HashedRow): Found {
  return { fault: "lost", row: label, what: "approved there, not here" };
}

/** What is wrong with a row that is there. */
function faultOf(copy: HashedRow, origin: HashedRow | undefined): Found | undefined {
  const row = copy.label;
  const note = copy.note === null ? "" : `, with its internal note "${copy.note}"`;
  if (!isApproved(copy) || copy.note !== null)
    return { fault: "leaked", row, what: `${copy.state} there, and here${note}` };
  if (origin === undefined) return { fault: "stale", row, what: "deleted there, still here" };
  if (!isApproved(origin)) return { fault: "stale", row, what: `${origin.state} there, still approved here` };
  const columns = Object.keys(copy.columns).filter(
    (column) => copy.columns[column] !== origin.columns[column],
  );
  if (columns.length === 0) return undefined;
  return { fault: "outdated", row, what: `${columns.join(", ")} as they were` };
}

function isApproved({ state }: HashedRow): boolean {
  return state === "approved";
}

function eachFault<Value>(value: (fault: Fault) => Value): Record<Fault, Value> {
  return Object.fromEntries(FAULTS.map((fault) => [fault, value(fault)])) as Record<Fault, Value>;
}

const byRow = (left: Example, right: Example): number =>
  left.row.localeCompare(right.row, "en", { numeric: true });
