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
  /** A few of the rows, in words. */
  readonly examples: Readonly<Record<Fault, readonly string[]>>;
}

interface Found {
  readonly fault: Fault;
  readonly example: string;
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
  const examplesOf = (fault: Fault): readonly string[] =>
    found.filter((one) => one.fault === fault).map(({ example }) => example);
  return {
    wanted: wanted.length,
    present: present.length,
    counts: eachFault((fault) => examplesOf(fault).length),
    examples: eachFault((fault) => [...examplesOf(fault)].sort(inOrder).slice(0, EXAMPLES)),
  };
}

function lost(row: HashedRow): Found {
  return { fault: "lost", example: `"${row.label}": approved there, not here` };
}

/** What is wrong with a row that is there. */
function faultOf(row: HashedRow, origin: HashedRow | undefined): Found | undefined {
  const name = `"${row.label}"`;
  const note = row.note === null ? "" : `, with its internal note "${row.note}"`;
  if (!isApproved(row) || row.note !== null)
    return { fault: "leaked", example: `${name}: ${row.state} there, and here${note}` };
  if (origin === undefined) return { fault: "stale", example: `${name}: deleted there, still here` };
  if (!isApproved(origin))
    return { fault: "stale", example: `${name}: ${origin.state} there, still approved here` };
  const columns = Object.keys(row.columns).filter((column) => row.columns[column] !== origin.columns[column]);
  if (columns.length === 0) return undefined;
  return { fault: "outdated", example: `${name}: ${columns.join(", ")} as they were` };
}

function isApproved({ state }: HashedRow): boolean {
  return state === "approved";
}

function eachFault<Value>(value: (fault: Fault) => Value): Record<Fault, Value> {
  return Object.fromEntries(FAULTS.map((fault) => [fault, value(fault)])) as Record<Fault, Value>;
}

const inOrder = (left: string, right: string): number => left.localeCompare(right, "en", { numeric: true });
