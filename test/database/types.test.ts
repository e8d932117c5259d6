/** Every type over two hops, by first copy, put and patch, with foreign settings at all ends. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { foreignLocales } from "../support/foreign-locales.ts";
import { provision, settled } from "../support/provision.ts";
import { type Application, openApplication, query } from "../support/sql.ts";
import {
  changesSql,
  COLUMNS,
  formsOf,
  GROUPS,
  openNeutral,
  PORTABLE_SQL,
  proofOf,
  tablesSql,
  typeSets,
  valuesSql,
  WAYS,
} from "./types-compare.ts";
import { TYPES_SCHEMA } from "./types-matrix.ts";

const [german, japanese] = await foreignLocales("de_DE", "ja_JP");
const tree = useTestTree({ districts: 1, regions: 1 });
let readers: readonly Application[] = [];

/** What an administrator may have set, other at each node. */
const FOREIGN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "district-a": {
    datestyle: "SQL, DMY",
    intervalstyle: "sql_standard",
    timezone: "America/St_Johns",
    extra_float_digits: "-10",
    bytea_output: "escape",
    lc_monetary: String(german),
    xmloption: "document",
  },
  east: {
    datestyle: "German, DMY",
    intervalstyle: "iso_8601",
    timezone: "Asia/Kathmandu",
    extra_float_digits: "0",
    bytea_output: "escape",
    lc_monetary: String(japanese),
    xmloption: "document",
    array_nulls: "off",
  },
  nation: {
    datestyle: "Postgres, MDY",
    intervalstyle: "postgres_verbose",
    timezone: "Pacific/Chatham",
    extra_float_digits: "-15",
    lc_monetary: String(german),
    xmloption: "document",
  },
};
const SESSION =
  "set datestyle = 'German'; set intervalstyle = 'postgres_verbose'; set timezone = 'Australia/Lord_Howe'; set extra_float_digits = -15; set bytea_output = 'escape'; set xmloption = 'document'";

beforeAll(async () => {
  for (const { name, dsn } of tree.nodes) {
    // Types of the same name have other oids above.
    const others = Array.from(
      { length: name === "east" ? 7 : name === "nation" ? 3 : 0 },
      (_, i) => `create type public.other_${i} as enum ('a');`,
    );
    await query(dsn, others.join("") + TYPES_SCHEMA + PORTABLE_SQL + tablesSql());
    for (const [setting, value] of Object.entries(FOREIGN[name] ?? {})) {
      await query(dsn, `alter database slm set ${setting} = '${value}'`);
      await query(dsn, `alter role postgres set ${setting} = '${value}'`);
    }
  }
  await using writer = await openNeutral(tree.dsn("district-a"));
  await writer.query(valuesSql());
  await provision(tree, typeSets());
  await using application = openApplication(tree.dsn("district-a"));
  await application.query(SESSION);
  await application.query(changesSql());
  await settled(tree);
  readers = await Promise.all(tree.nodes.map(({ dsn }) => openNeutral(dsn)));
});
afterAll(() => Promise.all(readers.map((reader) => reader.close())));

describe("at east and at the nation equals what the district has", () => {
  test.each(COLUMNS.map((each) => [each.type, each] as const))("%s", async (_, column) => {
    const [district = [], east, nation] = await Promise.all(readers.map((reader) => formsOf(reader, column)));
    expect(district.length).toBeGreaterThan(column.values.length * WAYS.length);
    expect(east).toEqual(district);
    expect(nation).toEqual(district);
  });

  test.each(GROUPS)("count and hash of the table of %s", async (group) => {
    const [district, east, nation] = await Promise.all(readers.map((reader) => proofOf(reader, group)));
    expect(district).toMatchObject({ binary: !["others", "codes", "money", "xml"].includes(group) });
    expect(east).toEqual(district);
    expect(nation).toEqual(district);
  });

  test("nothing is parked", async () => {
    for (const { dsn } of tree.nodes)
      expect(await query(dsn, "select relation, key, reason, detail from tributary.parked limit 20")).toEqual(
        [],
      );
  });
});
