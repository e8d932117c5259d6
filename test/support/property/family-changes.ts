/** Random changes of what belongs to a table: partitions, and tables that inherit from it. */
import { all, alter, type Change, onTable, type Scene } from "./change.ts";
import { keyValues, quoted, tableName, valueOf } from "./model.ts";

/** Of a partitioned table or one with children. */
export function members(scene: Scene): Change {
  const { table, random } = scene;
  const [is] = random.some(table.members, 1);
  if (is === undefined) return { steps: [] };
  const set = (isIn: boolean) =>
    onTable(table, (found) => {
      const at = found.members.find(({ name }) => name === is.name);
      if (at !== undefined) at.isIn = isIn;
    });
  const child = is.bound === undefined;
  if (!is.isIn)
    return {
      ...alter(table, `attach partition ${tableName(is)} ${is.bound ?? ""}`),
      ...(child ? { steps: all(`alter table ${tableName(is)} inherit ${tableName(table)}`) } : {}),
      effect: set(true),
    };
  const leave = child
    ? `alter table ${tableName(is)} no inherit ${tableName(table)}`
    : `alter table ${tableName(table)} detach partition ${tableName(is)}${random.pick(["", "", " concurrently"])}`;
  if (random.chance(0.2)) return fresh(scene);
  return random.chance(0.15)
    ? {
        steps: all(`drop table ${tableName(is)} cascade`),
        effect: onTable(table, (found) => {
          found.members = found.members.filter(({ name }) => name !== is.name);
        }),
      }
    : { steps: all(leave), effect: set(false) };
}

/** One more member that is made as such. */
function fresh({ table, number }: Scene): Change {
  const name = `fresh${number}`;
  const bound = {
    list: "for values in (2)",
    range: "for values from (14) to (40)",
    hash: "",
    plain: "",
    parent: "",
  }[table.kind];
  if (table.kind === "hash") return { steps: [] };
  return {
    steps: all(
      `create table ${tableName({ name })} ${bound === "" ? `() inherits (${tableName(table)})` : `partition of ${tableName(table)} ${bound}`}`,
    ),
    effect: onTable(table, (found) => {
      found.members = [...found.members, { name, isIn: true, ...(bound === "" ? {} : { bound }) }];
    }),
  };
}

/** A table of the same kind, with rows of keys that are nowhere, joins. */
export function join(scene: Scene): Change {
  const { table, random, number } = scene;
  if (table.kind !== "parent" && table.kind !== "plain") return members(scene);
  const name = `child${number}`;
  const columns = table.columns.filter(({ role }) => role === "key" || role === "value");
  const keys = keyValues(table, "g", random);
  let place = 0;
  const made = columns.map((each) =>
    each.role === "key"
      ? (keys[place++] ?? "")
      : each.id === "status"
        ? "'approved'"
        : valueOf(each, "g", random),
  );
  return {
    steps: [
      { on: "all", sql: `create table ${tableName({ name })} (like ${tableName(table)} including all)` },
      ...(random.chance(0.7)
        ? [
            {
              on: "own",
              sql: `insert into ${tableName({ name })} (${columns.map((each) => quoted(each.name)).join(", ")}) select ${made.join(", ")} from generate_series(50, 54) g`,
            } as const,
          ]
        : []),
      { on: "all", sql: `alter table ${tableName({ name })} inherit ${tableName(table)}` },
    ],
    effect: onTable(table, (found) => {
      found.members = [...found.members, { name, isIn: true }];
    }),
  };
}
