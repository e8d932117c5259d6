/** One round: tables, and what happens to them, all of it from a seed. */
import type { Change } from "./change.ts";
import { randomChange } from "./ddl.ts";
import type { Model, Table } from "./model.ts";
import { type Random, seeded } from "./random.ts";
import { COMMON, type RandomTable, randomTable } from "./schema.ts";
import { fill, randomStatement } from "./statements.ts";

/** By its provider. */
export type Link = "district-a" | "east";

/** paused: the subscription above; stopped: the server of the region. */
export type Cut = "paused" | "stopped";

export type Action =
  /** session: which of two sessions of the application, so that its plans outlive changes. */
  | { readonly kind: "statement"; readonly node: string; readonly session: 0 | 1; readonly sql: string }
  | { readonly kind: "change"; readonly change: Change; readonly order: Order }
  | { readonly kind: "cut"; readonly link: Link; readonly how: Cut }
  /** Lines are mended, all is compared. */
  | { readonly kind: "look" };

/** Which node gets a change first. district: the others get it when somebody mends what came of that. */
export type Order = "down" | "up" | "district";

export interface Round {
  readonly seed: number;
  readonly tables: readonly RandomTable[];
  /** Rows that are there before the first copy, by node. */
  readonly filled: readonly { readonly node: string; readonly sql: string }[];
  readonly actions: readonly Action[];
}

const FIRST: Readonly<Record<string, number>> = { "district-a": 0, "district-b": 1000, east: 2000 };

export interface Manner {
  /** How many of the rounds are without changes of schemas, from 0 to 1: these take a third of the time. */
  readonly calm: number;
}

/** The same seed gives the same round. */
export function randomRound(seed: number, { calm }: Manner): Round {
  const random = seeded(seed);
  const tables = Array.from({ length: 4 }, (_, place) => randomTable(random, place + 1));
  // What the generator goes by: how everything is called at district-a.
  const model = modelOf(tables);
  const filled = Object.keys(FIRST).flatMap((node) =>
    random.chance(0.6)
      ? fill({ random, tables: [...model.values()], first: FIRST[node] ?? 0 }).map((sql) => ({
          node,
          sql,
        }))
      : [],
  );
  const actions: Action[] = [];
  // Without changes a round is over soon, and all that is found is about statements.
  const isCalm = random.chance(calm);
  for (let stage = 0; stage < 3; stage += 1)
    actions.push(...randomStage(random, model, stage * 100, { isCalm }), { kind: "look" });
  return { seed, tables, filled, actions };
}

export const modelOf = (tables: readonly RandomTable[]): Model =>
  new Map(structuredClone(tables.map(({ table }) => [table.relation, table] as [string, Table])));

interface Kind {
  readonly isCalm: boolean;
}

function randomStage(random: Random, model: Model, number: number, { isCalm }: Kind): Action[] {
  const cutAt = random.chance(0.4) ? random.int(0, 6) : -1;
  const changes = !isCalm && random.chance(0.75) ? random.int(1, 3) : 0;
  const at = random.some([1, 2, 3, 4, 5, 6, 7, 8, 9], changes);
  return Array.from({ length: isCalm ? 60 : 14 }, (_, place): readonly Action[] => {
    const cut: readonly Action[] =
      place === cutAt
        ? [
            {
              kind: "cut",
              link: random.pick(["district-a", "east"]),
              how: random.pick(["paused", "paused", "stopped"]),
            },
          ]
        : [];
    if (!at.includes(place)) return [...cut, statement(random, model)];
    const change = randomChange(random, [...model.values()], number + place);
    change.effect?.(model);
    return [...cut, { kind: "change", change, order: random.pick(["down", "down", "up", "district"]) }];
  }).flat();
}

function statement(random: Random, model: Model): Action {
  const node = random.pick([
    "district-a",
    "district-a",
    "district-a",
    "district-a",
    "district-a",
    "district-b",
    "east",
  ]);
  const writer = { random, tables: [...model.values()], first: FIRST[node] ?? 0 };
  return {
    kind: "statement",
    node,
    session: random.chance(0.8) ? 0 : 1,
    sql: randomStatement(writer, node === "district-a"),
  };
}

/** All of it as text, for people: with `{s}` for the schema. */
export function roundText({ seed, tables, filled, actions }: Round): string {
  const lines = actions.map((action) => {
    if (action.kind === "statement") return `${action.node}/${action.session}: ${action.sql}`;
    if (action.kind === "change")
      return `change (${action.order}): ${action.change.steps.map(({ on, sql }) => (on === "own" ? `[district-a] ${sql}` : sql)).join("; ")}`;
    return action.kind === "cut" ? `cut: ${action.link} is ${action.how}` : "look";
  });
  const rules = tables.map(
    ({ table }) =>
      `-- ${table.relation}: where ${table.filter ?? "true"}${table.travelling === undefined ? "" : ` columns ${table.travelling.join(", ")}`}`,
  );
  return [
    `seed ${seed}`,
    ...COMMON.split("\n"),
    ...tables.flatMap(({ create }) => create),
    ...rules,
    ...filled.map(({ node, sql }) => `${node}: ${sql}`),
    ...lines,
  ].join("\n");
}
