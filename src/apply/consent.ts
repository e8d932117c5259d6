/** May rows above be taken away? One judge for everything that would, asked before the first of them goes. */
import { z } from "zod";

import { type ErrorDetail, PreconditionError } from "../domain/errors.ts";
import { HANDFUL, SHARE } from "../domain/handful.ts";
import type { Difference } from "../domain/verification.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";

const rowsInName = defineQuery(
  "seed/rows-in-name.sql",
  z.object({ node: z.string(), rows: z.coerce.number() }),
);

const unproven = defineQuery("seed/unproven.sql", z.object({ node: z.string() }));

const SHOWN = 5;

/** Rows at a node that the node in whose name they are does not send. */
export interface Surplus {
  readonly owner: string;
  readonly rows: number;
  /** Of the first of them. */
  readonly keys: readonly (readonly string[])[];
}

/** The rows that a comparison found above only, by owner. A shared row that another node still has does not go. */
export function surplusIn(rows: readonly Difference[]): readonly Surplus[] {
  const found = rows.filter(({ kind }) => kind === "extra");
  const unit = (key: readonly string[], owner: string): string => JSON.stringify([key, owner]);
  const going = new Set(found.map(({ key, owner }) => unit(key, owner)));
  const extra = found.filter(({ key, holders = [] }) =>
    holders.every((holder) => going.has(unit(key, holder))),
  );
  return [...new Set(extra.map(({ owner }) => owner))].toSorted().map((owner) => {
    const keys = extra.filter((row) => row.owner === owner).map(({ key }) => key);
    return { owner, rows: keys.length, keys: keys.slice(0, SHOWN) };
  });
}

/** What would be taken away, and where. */
export interface Removal {
  readonly subscriber: Session;
  /** That does not send it. */
  readonly provider: Session;
  readonly relation: string;
  readonly surplus: readonly Surplus[];
}

/** What somebody would have to agree to: rows of `owner` at `node`. */
export interface Wanted {
  readonly node: string;
  readonly owner: string;
  readonly rows: number;
}

/** Nothing was taken away yet: more than a handful would go, and nobody has agreed to so many. */
export class DropsRowsError extends PreconditionError {
  readonly wanted: readonly Wanted[];
  constructor(message: string, wanted: readonly Wanted[], detail: Partial<ErrorDetail> = {}) {
    super(message, { code: "drops-rows", hint: consentHint(wanted), ...detail });
    this.name = "DropsRowsError";
    this.wanted = wanted;
  }
}

/** Nothing was taken away yet: rows are missing below, where it is not known whether all have arrived. No consent helps. */
export class UnprovenError extends PreconditionError {
  constructor({ subscriber, provider, relation }: Removal, owners: readonly string[]) {
    const names = owners.map((owner) => `"${owner}"`).join(", ");
    super(
      `node "${subscriber.node}" has rows in ${relation} in the name of ${names} that "${provider.node}" does not have, and whether all of them have arrived at "${provider.node}" is not proven; nothing was removed`,
      {
        code: "unproven-below",
        node: provider.node,
        hint: `They may be the last copy. Let "${provider.node}" be reached from below first: tributary status tells which link is not exact there. Then run the same command again.`,
      },
    );
    this.name = "UnprovenError";
  }
}

/** What goes from a tier goes from those above it, too: one number to a node is enough. */
export function mostByOwner(wanted: readonly Wanted[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const { owner } of wanted) {
    const mine = wanted.filter((each) => each.owner === owner);
    const nodes = new Set(mine.map(({ node }) => node));
    const sums = [...nodes].map((node) =>
      mine.reduce((sum, each) => (each.node === node ? sum + each.rows : sum), 0),
    );
    most.set(owner, Math.max(...sums));
  }
  return most;
}

/** The next move. */
export function consentHint(wanted: readonly Wanted[]): string {
  const flags = [...mostByOwner(wanted)].map(([owner, rows]) => `--drop-rows-of ${owner}=${rows}`);
  return `Where they are the last copy, restore the node below first. If they are to go, add ${flags.join(" ")}; tributary verify lists them.`;
}

/** What was agreed to on the command line, and what of it has been used up in this run. */
export class Consents {
  readonly #given: ReadonlyMap<string, number>;
  /** By subscriber and owner. */
  readonly #taken = new Map<string, number>();

  /** `given`: by owner, the most rows that may go from any one node above. */
  constructor(given: Readonly<Record<string, number>> = {}) {
    this.#given = new Map(Object.entries(given));
  }

  /** Notes the rows as taken. Throws DropsRowsError, with nothing noted, when they are too many; and UnprovenError. */
  async expect(removal: Removal): Promise<void> {
    const { subscriber, provider, relation, surplus } = removal;
    const owners = surplus.filter(({ rows }) => rows > 0).map(({ owner }) => owner);
    const open = owners.length === 0 ? [] : await provider.all(unproven, owners);
    if (open.length > 0)
      throw new UnprovenError(
        removal,
        open.map(({ node }) => node),
      );
    const refused: (Surplus & { readonly present: number })[] = [];
    for (const each of surplus) {
      const present = await this.#excess(subscriber, each);
      if (present !== undefined) refused.push({ ...each, present });
    }
    if (refused.length > 0) {
      const what = refused.map(
        ({ owner, rows, keys, present }) =>
          `${rows.toLocaleString("en")} rows in the name of "${owner}", which "${owner}" does not send${keys.length === 0 ? "" : ` (the first keys: ${keyList(keys)})`}; in all tables it has ${present.toLocaleString("en")} there`,
      );
      throw new DropsRowsError(
        `node "${subscriber.node}" would lose from ${relation} ${what.join(", and ")}; nothing was removed`,
        refused.map(({ owner, rows }) => ({ node: subscriber.node, owner, rows })),
        { node: subscriber.node },
      );
    }
    for (const { owner, rows } of surplus) {
      const place = placeOf(subscriber, owner);
      this.#taken.set(place, (this.#taken.get(place) ?? 0) + rows);
    }
  }

  /** Undefined when the rows may go; else how many are there in all. */
  async #excess(subscriber: Session, { owner, rows }: Surplus): Promise<number | undefined> {
    const taken = (this.#taken.get(placeOf(subscriber, owner)) ?? 0) + rows;
    const given = this.#given.get(owner);
    if (rows === 0 || taken <= (given ?? HANDFUL)) return undefined;
    const present = (await subscriber.all(rowsInName, [owner]))[0]?.rows ?? 0;
    return given === undefined && taken <= present * SHARE ? undefined : present;
  }
}

const placeOf = ({ node }: Session, owner: string): string => `${node} ${owner}`;

/** The first keys, as people read them. */
export function keyList(keys: readonly (readonly string[])[], rows = keys.length): string {
  const shown = keys.slice(0, SHOWN).map((key) => (key.length === 1 ? key[0] : `(${key.join(", ")})`));
  return shown.join(", ") + (rows > shown.length ? " and so on" : "");
}
