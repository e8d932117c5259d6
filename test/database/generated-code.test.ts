/** The code that is made for tables: as files that people can read, and without a name that a path could lead elsewhere. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { differences } from "../support/equal.ts";
import { provision, settled } from "../support/provision.ts";
import { unqualifiedNames } from "../support/qualified.ts";
import { query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, regions: 1 });

const where = "status = 'approved'";
/** What each shows, with its columns and its rule. */
const TABLES: Readonly<Record<string, { readonly columns: string; readonly rule?: object }>> = {
  // as most are
  document: {
    columns: "id bigint primary key, status text not null, title text, edited_at timestamptz",
    rule: { where },
  },
  // every row, nothing but a key
  category: { columns: "id uuid primary key" },
  // a key that a setting writes otherwise; types that need settings
  reading: {
    columns:
      "at timestamptz, station int, status text, value float8, raw bytea, price money, primary key (at, station)",
    rule: { where, on_leave: "keep" },
  },
  // names that look like code of ours
  "odd {{new}} 'name'": {
    columns: `"TRIBUTARY_KEY_I" int, "{{old}}" text, d1 text, v text, was text, o text, "%s" text, status text, primary key ("TRIBUTARY_KEY_I", "{{old}}")`,
    rule: { where },
  },
  // types that may depend on any setting, and a filter that stays text
  person: {
    columns: `id int generated always as identity primary key, tags public.tag[], spot public.spot, name text collate "C", status text`,
    rule: { where: "name < 'n'" },
  },
  // long values that cannot be measured before they are text
  note: { columns: "id int primary key, body jsonb, doc xml, status text", rule: { where } },
  // partitions
  sale: {
    columns: "id int, year int, status text, primary key (id, year)) partition by list (year",
    rule: { where, columns: ["id", "year", "status"] },
  },
};

interface Code {
  readonly name: string;
  readonly definition: string;
  readonly is_pinned: boolean;
}
const codeOf = async (node: string): Promise<readonly Code[]> =>
  (await query(
    tree.dsn(node),
    `select p.proname as name, pg_get_functiondef(p.oid) as definition, exists (select from unnest(p.proconfig) c where c like 'search_path=%') as is_pinned
     from pg_proc p where p.pronamespace = 'tributary'::regnamespace and p.prolang = (select l.oid from pg_language l where l.lanname = 'plpgsql')
     order by p.proname collate "C"`,
  )) as unknown as Code[];

beforeAll(async () => {
  for (const { name } of tree.nodes)
    await query(
      tree.dsn(name),
      `create type public.tag as enum ('a'); create type public.spot as (x int, y int);
       ${Object.entries(TABLES)
         .map(([table, { columns }]) => `create table public."${table}" (${columns})`)
         .join("; ")};
       create table public.sale_1 partition of public.sale for values in (1)`,
    );
  await provision(tree, {
    knowledge: {
      tables: Object.fromEntries(
        Object.entries(TABLES).map(([table, { rule = {} }]) => [`public."${table}"`, rule]),
      ),
    },
  });
});

test.each(Object.keys(TABLES))("code for %s", async (table) => {
  const made = [...(await codeOf("district-a")), ...(await codeOf("east"))].filter(({ name }) =>
    name.endsWith(`_public.${table}`),
  );
  expect(made.length).toBeGreaterThan(6);
  const text = made.map(({ definition }) => definition).join("\n");
  await expect(text).toMatchFileSnapshot(`../golden-code/${table.replaceAll(/\W/gu, "_")}.sql`);
});

test("names that look like code of ours are names", async () => {
  const table = `public."odd {{new}} 'name'"`;
  const odd = { table, relation: `public.odd {{new}} 'name'`, where, key: '"TRIBUTARY_KEY_I", "{{old}}"' };
  const write = async (text: string): Promise<void> => {
    for (const statement of text.split(";")) await query(tree.dsn("district-a"), statement);
    await settled(tree);
    expect(await differences(tree, [odd])).toEqual([]);
  };
  await write(
    `insert into ${table} select g, 'k', 'd', 'v', 'w', 'o', 'p', 'approved' from generate_series(1, 9) g;
     insert into ${table} values (10, 'k', 'd', 'v', 'w', 'o', 'p', 'draft');
     update ${table} set status = 'approved', v = 'new' where "TRIBUTARY_KEY_I" = 10;
     update ${table} set d1 = 'new', "%s" = null where "TRIBUTARY_KEY_I" = 1;
     update ${table} set was = 'new' where "TRIBUTARY_KEY_I" < 4;
     update ${table} set "{{old}}" = 'moved' where "TRIBUTARY_KEY_I" = 5;
     update ${table} set status = 'draft' where "TRIBUTARY_KEY_I" = 6;
     delete from ${table} where "TRIBUTARY_KEY_I" = 7`,
  );
  await write(`truncate ${table}`);
  expect(await query(tree.dsn("nation"), `select from ${table}`)).toEqual([]);
});

test("nothing without a path of its own is looked up by the session's", async () => {
  // What takes messages is called where the session's path is pinned: by receive_<set>.
  const functions = [...(await codeOf("district-a")), ...(await codeOf("east"))].filter(
    ({ name, is_pinned }) => !is_pinned && !name.startsWith("take_"),
  );
  expect(functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["capture_update_public.document", "receive_knowledge", "carriable"]),
  );
  for (const { name, definition } of functions)
    expect({ name, found: await unqualifiedNames(definition) }).toEqual({ name, found: [] });
});
