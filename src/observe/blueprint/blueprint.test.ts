import { beforeAll, describe, expect, test } from "vitest";

import { typeSql, typeText } from "../../postgres/type-text.ts";
import { blueprintOf } from "./blueprint.ts";
import { tableFacts, type TableFacts, type TypeFacts } from "./facts.ts";
import { loadExpressionParser } from "./parse-tree.ts";
import { typeUse } from "./type-use.ts";

beforeAll(loadExpressionParser);

const type = (name: string, more: Partial<TypeFacts> = {}): TypeFacts => ({
  schema: "pg_catalog",
  name,
  isArray: false,
  modifier: -1,
  kind: "b",
  ...more,
});

const column = (
  name: string,
  more: Partial<TableFacts["columns"][number]> = {},
): TableFacts["columns"][number] => ({
  name,
  type: type("text"),
  notNull: false,
  identity: "",
  generated: "",
  ...more,
});

const facts = (more: Partial<TableFacts>): TableFacts => ({
  types: [],
  columns: [],
  keys: [],
  checks: [],
  exclusions: [],
  indexes: [],
  ...more,
});

describe("types", () => {
  test.each([
    ["varchar", 24, "character varying(20)", '"pg_catalog"."varchar"(20)'],
    ["varchar", -1, "character varying", '"pg_catalog"."varchar"'],
    ["bpchar", 7, "character(3)", '"pg_catalog"."bpchar"(3)'],
    ["numeric", (12 << 16) + 2 + 4, "numeric(12,2)", '"pg_catalog"."numeric"(12, 2)'],
    ["numeric", (3 << 16) + (-2 & 0x7ff) + 4, "numeric(3,-2)", '"pg_catalog"."numeric"(3, -2)'],
    ["timestamptz", 3, "timestamp(3) with time zone", '"pg_catalog"."timestamptz"(3)'],
    ["time", -1, "time without time zone", '"pg_catalog"."time"'],
    ["interval", (0x7fff << 16) + 3, "interval(3)", '"pg_catalog"."interval"(32767, 3)'],
    ["interval", (8 << 16) + 0xffff, "interval day", '"pg_catalog"."interval"(8)'],
    ["bit", 4, "bit(4)", '"pg_catalog"."bit"(4)'],
    ["char", -1, '"char"', '"pg_catalog"."char"'],
    ["constructor", 7, "constructor", '"pg_catalog"."constructor"'],
    ["toString", 7, '"toString"', '"pg_catalog"."toString"'],
    ["int4); drop table x; --", 7, '"int4); drop table x; --"', '"pg_catalog"."int4); drop table x; --"'],
  ])("%s %i", (name, modifier, text, sql) => {
    const use = typeUse(type(name, { modifier }));
    expect([typeText(use), typeSql(use)]).toEqual([text, sql]);
  });

  test("words of a modifier are quoted, and what is no word is no modifier", () => {
    const geometry = (modifierText: string): string =>
      typeSql(typeUse(type("geometry", { schema: "gis", modifier: 1, modifierText })));
    expect(geometry("Point,4326")).toBe(`"gis"."geometry"('Point', 4326)`);
    for (const evil of ["1), x int default lo_creat(1", "a'", "a\nb", "(1)", "", "x; drop", "$$"])
      expect(geometry(evil)).toBe('"gis"."geometry"');
  });
});

test("what is left out is said once, and what reads a column that is left out goes with it", () => {
  const { columns, keys, checks, indexes, omissions } = blueprintOf(
    facts({
      columns: [
        column("id", { type: type("int4"), notNull: true, expression: "nextval('s'::regclass)" }),
        column("size", { type: type("int4"), generated: "s", expression: "public.leak(id)" }),
        column("word", { collation: { schema: "own", name: "evil" } }),
      ],
      keys: [
        {
          name: "size_key",
          isPrimary: false,
          columns: ["size"],
          include: [],
          nullsNotDistinct: false,
          isDeferrable: false,
          isDeferred: false,
        },
      ],
      checks: [
        { name: "positive", expression: "(size > 0)" },
        { name: "bad\u001B[2J\n", expression: "lo_creat(1) > 0::oid" },
        { name: "none", expression: null },
      ],
      exclusions: ["apart"],
      indexes: [
        {
          name: "by_size",
          isUnique: false,
          nullsNotDistinct: false,
          method: "btree",
          include: [],
          parts: [{ column: "size", isDescending: false, nullsFirst: false }],
        },
        {
          name: "own_class",
          isUnique: false,
          nullsNotDistinct: false,
          method: "btree",
          include: [],
          parts: [
            {
              column: "word",
              operatorClass: { schema: "own", name: "evil_ops" },
              isDescending: false,
              nullsFirst: false,
            },
          ],
        },
        {
          name: "own_method",
          isUnique: false,
          nullsNotDistinct: false,
          method: "evil",
          include: [],
          parts: [{ column: "word", isDescending: false, nullsFirst: false }],
        },
      ],
    }),
  );
  expect(columns).toEqual([
    { name: "id", type: expect.anything() as unknown, notNull: true },
    { name: "word", type: expect.anything() as unknown, notNull: false },
  ]);
  expect([keys, checks, indexes]).toEqual([[], [], []]);
  expect(omissions.map(({ what }) => what)).toEqual([
    'default of column "id"',
    'generated column "size"',
    'collation of column "word"',
    'key "size_key"',
    'check "positive"',
    'check "bad\\u001b[2J\\n"',
    'check "none"',
    'constraint "apart"',
    'index "by_size"',
    'index "own_class"',
    'index "own_method"',
  ]);
});

test("types are made in nobody else's schema", () => {
  const enumOf = (schema: string): TableFacts["types"][number] => ({
    schema,
    name: "mood",
    kind: "e",
    labels: ["a"],
    notNull: false,
    checks: [],
    attributes: [],
  });
  const { types } = blueprintOf(
    facts({ types: ["tributary", "pglogical", "app"].map(enumOf), columns: [column("id")] }),
  );
  expect(types.map(({ schema }) => schema)).toEqual(["app"]);
});

test("an answer of another shape is no answer", () => {
  expect(tableFacts.safeParse(facts({})).success).toBe(true);
  for (const wrong of [
    { ...facts({}), columns: [{ ...column("a"), type: "text" }] },
    { ...facts({}), columns: [{ ...column("a"), identity: "always; drop" }] },
    { ...facts({}), columns: [column("a", { type: type("text", { modifier: 1.5 }) })] },
    { ...facts({}), columns: [column("a\0")] },
    { ...facts({}), columns: [column("x".repeat(64))] },
  ])
    expect(tableFacts.safeParse(wrong).success).toBe(false);
});
