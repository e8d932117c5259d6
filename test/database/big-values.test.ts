/** Values of hundreds of megabytes are carried, or refused at once where they are written; no stream ends at one. */
import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { provision, settled } from "../support/provision.ts";
import { openApplication, query } from "../support/sql.ts";

const tree = useTestTree({ districts: 1, regions: 1 });

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(
      dsn,
      "create table document (id int primary key, approved boolean not null default true, title text, body text, scan bytea, words text[])",
    );
  await provision(tree, { knowledge: { tables: { "public.document": { where: "approved" } } } });
});

/** Rows at each node, with what tells a long value from another. */
const rows = (id: number): Promise<unknown[]> =>
  Promise.all(
    tree.nodes.map(({ dsn }) =>
      query(dsn, "select id, title, octet_length(body) as length, md5(body) from document where id = $1", id),
    ),
  );

test("a text of 200 MB arrives at every tier, and its title can be edited", async () => {
  await query(
    tree.dsn("district-a"),
    "insert into document (id, body) values (1, repeat('0123456789abcdef', 13107200))",
  );
  await query(tree.dsn("district-a"), "update document set title = 'long' where id = 1");
  await settled(tree);
  const [district, east, nation] = await rows(1);
  expect(district).toMatchObject([{ title: "long", length: 209_715_200 }]);
  expect(east).toEqual(district);
  expect(nation).toEqual(district);
});

test.each([
  [
    "a bytea of 200 MB",
    "scan = decode(repeat('00ff', 104857600), 'hex')",
    /column "scan" takes 419 MB as text/,
  ],
  // Each of these quotes takes eight bytes where the message leaves the WAL.
  [
    "an array that grows on the way",
    `words = array[repeat('"', 70000000)]`,
    /column "words" takes 280 MB as text/,
  ],
])("%s is refused where it is approved, not as a draft", async (_, assignment, refusal) => {
  await using application = openApplication(tree.dsn("district-a"));
  await application.query(
    `insert into document (id, approved) values (2, false); update document set ${assignment} where id = 2`,
  );
  await expect(application.query("update document set approved = true where id = 2")).rejects.toThrow(
    refusal,
  );
  await application.query(
    "update document set approved = true, body = null, scan = null, words = null where id = 2",
  );
  await expect(application.query(`update document set ${assignment} where id = 2`)).rejects.toThrow(
    /too long to travel/,
  );
  await application.query("update document set title = 'still here' where id = 2");
  await settled(tree);
  const [district, east, nation] = await rows(2);
  expect(district).toMatchObject([{ title: "still here", length: null }]);
  expect(east).toEqual(district);
  expect(nation).toEqual(district);
  await application.query("delete from document where id = 2");
});
