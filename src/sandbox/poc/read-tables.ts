/** Reads every table of every site, to be compared. */
import type { Sessions } from "../../postgres/sessions.ts";
import { type HashedRow, hashedRows } from "./sql.ts";
import { SITES, officesBelow } from "./tree.ts";

export interface ReadTables {
  readonly tables: readonly string[];
  /** What a site has of a district. */
  rowsOf(district: string, site: string, table: string): readonly HashedRow[];
}

/** All rows, approved or not, with a hash of each column that travels. */
export async function readTables(sessions: Sessions): Promise<ReadTables> {
  const found = new Map<string, readonly HashedRow[]>();
  await Promise.all(
    SITES.map(async ({ name }) => {
      const session = await sessions.get(name);
      for (const [table, query] of Object.entries(hashedRows))
        found.set(`${name}.${table}`, await session.all(query));
    }),
  );
  return {
    tables: Object.keys(hashedRows),
    rowsOf: (district, site, table) =>
      (found.get(`${site}.${table}`) ?? []).filter((row) => belongs(row, district, site)),
  };
}

/** A row of an office that does not exist below the site is charged to the first district there. */
function belongs({ office }: HashedRow, district: string, site: string): boolean {
  const offices = officesBelow(site);
  return site === district || office === district || (!offices.includes(office) && offices[0] === district);
}
