/** What is told of a database that is not the one whose rows are above. */
import type { TributaryState, Unfamiliar } from "./state.ts";

/** Without a full stop. */
export function strangerPhrases(
  node: string,
  { above, rows }: Unfamiliar,
  tributary: TributaryState | undefined,
  database: string,
): { readonly message: string; readonly fix: string } {
  const whose = tributary === undefined ? "has no identity" : "has another identity than before";
  const count = rows.toLocaleString("en");
  return {
    message: `its database "${database}" ${whose}, and ${count} rows in its name are at node "${above}": they may be the last copy`,
    fix:
      `Correct the node's dsn if it leads to the wrong database, or restore the database from a backup. If it is right and holds the rows, ` +
      `take the identity over with --drop-rows-of ${node}=0: what is equal stays, and nothing is dropped. If the rows above are to go, ` +
      `--drop-rows-of ${node}=${rows}.`,
  };
}
