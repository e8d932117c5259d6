/** Makes a round that fails as small as it can be. */
import type { Round } from "./round.ts";

/** What a fault is called, without what it found. */
const kindOf = (fault: string): string =>
  fault
    .split(": ")
    .slice(0, 2)
    .join(": ")
    .replaceAll(/[^A-Za-z' :]/gu, "")
    .slice(0, 60);

/** Leaves out what the fault happens without: of more and more parts, each as small as one action. */
export async function reduce(
  round: Round,
  fault: string,
  faultOf: (round: Round) => Promise<string | undefined>,
): Promise<{ readonly round: Round; readonly fault: string }> {
  let best = { round, fault };
  const attempt = async (smaller: Round): Promise<boolean> => {
    const found = await faultOf(smaller);
    if (found === undefined || kindOf(found) !== kindOf(fault)) return false;
    best = { round: smaller, fault: found };
    return true;
  };
  for (let size = Math.ceil(round.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let start = best.round.actions.length - size; start > -size; start -= size) {
      const from = Math.max(0, start);
      const actions = best.round.actions.filter((_, place) => place < from || place >= from + size);
      if (actions.length > 0 && actions.length < best.round.actions.length)
        await attempt(withoutUnused({ ...best.round, actions }));
    }
  for (const each of best.round.filled)
    await attempt({ ...best.round, filled: best.round.filled.filter((kept) => kept !== each) });
  for (const each of best.round.tables)
    if (best.round.tables.length > 1)
      await attempt({
        ...best.round,
        tables: best.round.tables.filter((kept) => kept !== each),
        filled: best.round.filled.filter(({ sql }) => !names(sql, each.table.relation)),
      });
  for (const each of best.round.tables)
    for (const text of each.create.slice(1))
      await attempt({
        ...best.round,
        tables: best.round.tables.map((kept) =>
          kept.table.relation === each.table.relation
            ? { ...kept, create: kept.create.filter((other) => other !== text) }
            : kept,
        ),
      });
  return best;
}

const names = (sql: string, relation: string): boolean => sql.includes(`"${relation}`);

/** Rows of tables that nothing speaks of. */
function withoutUnused(round: Round): Round {
  const text = JSON.stringify(round.actions).replaceAll(String.raw`\"`, '"');
  const used = round.tables.filter(({ table }) => names(text, table.relation));
  if (used.length === 0) return round;
  return {
    ...round,
    tables: used,
    filled: round.filled.filter(({ sql }) => used.some(({ table }) => names(sql, table.relation))),
  };
}
