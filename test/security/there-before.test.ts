/** What was in a database before Tributary came: it is found when apply would rely on it, and told with what mends it. */
import { beforeAll, describe, expect, test } from "vitest";

import { APPLICATION, as, ENGINES } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const filtered = (where: string): unknown => ({ knowledge: { tables: { "public.document": { where } } } });
const JUDGED_BY_A_TABLE = filtered("lair.is_open(title)");

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 1, engine });

  beforeAll(async () => {
    for (const { dsn } of tree.nodes)
      await query(
        dsn,
        `${APPLICATION}; create table lair.title_allowed (title text); insert into lair.title_allowed values ('open');
         create function lair.is_open(wanted text) returns boolean language sql immutable as
           'select exists (select from lair.title_allowed a where a.title = wanted)';
         alter table lair.title_allowed owner to mallory; alter function lair.is_open owner to mallory;
         create table lair.bomb (i int); alter table lair.bomb owner to mallory;
         create function lair.fire() returns trigger language plpgsql as 'begin return null; end';
         create constraint trigger later after insert on lair.bomb deferrable initially deferred for each row execute function lair.fire();
         alter table lair.bomb enable always trigger later`,
      );
  });

  test("a deferrable trigger that fires for replicated rows, on whichever table", async () => {
    const applied = await failure(filtered("status = 'approved'"));
    expect(applied).toMatch(
      /trigger "later" on table lair\.bomb is deferrable, and fires for replicated rows/u,
    );
    expect(applied).toContain("ALTER TABLE lair.bomb ENABLE TRIGGER later");
    for (const { name } of tree.nodes)
      await query(tree.dsn(name), "alter table lair.bomb enable trigger later");
    await provision(tree, filtered("status = 'approved'"));
  });

  test("a filter whose function reads a table that it may not: apply says so, and writes go on", async () => {
    const applied = await failure(JUDGED_BY_A_TABLE);
    expect(applied).toMatch(
      /the filter of table "public\.document" calls a function .* permission denied for table title_allowed/u,
    );
    expect(applied).toContain("GRANT SELECT ON ... TO tributary_slm_filter");
    await as(tree, "district-a", "clerk", "insert into document values (1, 'approved', 'open')");
    await as(tree, "district-a", "mallory", "grant select on lair.title_allowed to tributary_slm_filter");
    await provision(tree, JUDGED_BY_A_TABLE);
    await as(
      tree,
      "district-a",
      "clerk",
      "insert into document values (2, 'draft', 'open'), (3, 'approved', 'closed')",
    );
    await expect
      .poll(() => query(tree.dsn("nation"), "select id from document order by id"))
      .toEqual([{ id: 1 }, { id: 2 }]);
    await as(
      tree,
      "district-a",
      "mallory",
      "create or replace function lair.is_open(wanted text) returns boolean language plpgsql volatile as 'begin return true; end'",
    );
    expect(await failure(JUDGED_BY_A_TABLE)).toMatch(
      /filter of table "public\.document" calls a function that is not IMMUTABLE.*look at it, and at who owns it/u,
    );
  });

  /** What apply ended with, and its hint. */
  async function failure(sets: unknown): Promise<string> {
    const error = await provision(tree, sets).then(
      () => new Error("it was applied"),
      (caught: unknown) => caught,
    );
    const { message, hint } = error as Error & { hint?: string };
    return `${message} ${hint}`;
  }
});
