/** A role that may write an outbox, or a broken sender: whatever comes over a link, the stream goes on. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { observe } from "../../src/observe/observe.ts";
import { plan } from "../../src/plan/plan.ts";
import { literal } from "../../src/postgres/quote.ts";
import { APPLICATION, Besieged, ENGINES, grab, SETS } from "../support/attack.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";

/** SQL for the columns of a message that are not as a node of ours writes them. */
type Message = Readonly<Record<string, string>>;

const put = (id: number, more: Message = {}): Message => ({
  kind: "'put'",
  relation: "'public.document'",
  columns: "'{id,status,title}'",
  row_count: "1",
  body: `array['{${id}}', '{approved}', '{forged}']`,
  ...more,
});

const BODIES: Readonly<Record<string, string>> = {
  "a body that is no array": "array['{half', '{of', 'it']",
  "a body of text": "array['x', '', ' ']",
  "a body with braces too many": "array['{{{{901}}}}', '{approved}', '{x}']",
  "an empty body": "'{}'",
  "a body with NULL columns": "array[null, null, null]::text[]",
  "no body": "null",
  "empty columns": "array['{}', '{}', '{}']",
  "columns of different lengths": "array['{901,902,903}', '{approved}', '{x,y}']",
  "fewer columns than named": "array['{901}']",
  "more columns than named": "array['{901}', '{approved}', '{x}', '{y}', '{z}']",
  "many dimensions": "array[repeat('{', 200000), repeat('{', 6) || '901' || repeat('}', 6), '{x}']",
  "a million values": "array['{' || repeat('901,', 999999) || '901}', '{approved}', '{x}']",
  "a body of two dimensions":
    "array[array['{901}', '{approved}', '{x}'], array['{902}', '{approved}', '{y}']]",
  "a body whose bounds begin elsewhere": '\'[5:7]={"{901}","{approved}","{x}"}\'',
  "values that are no numbers": "array['{\"1); drop table vault; --\"}', '{approved}', '{x}']",
  "numbers out of range": "array['{99999999999999999999}', '{approved}', '{x}']",
  "a bound in a value": "array['[9223372036854775800:9223372036854775801]={901,902}', '{approved}', '{x}']",
  "NULL as key": "array['{NULL}', '{approved}', '{x}']",
};

const FORGED: Readonly<Record<string, Message>> = {
  ...Object.fromEntries(Object.entries(BODIES).map(([name, body]) => [name, put(901, { body })])),
  ...Object.fromEntries(
    Object.entries(BODIES).map(([name, body]) => [
      `${name}, for no table of ours`,
      put(901, { body, relation: "'public.nowhere'" }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(BODIES).map(([name, body]) => [`a patch: ${name}`, put(901, { body, kind: "'patch'" })]),
  ),
  "no columns": put(901, { columns: "null" }),
  "columns of NULL": put(901, { columns: "array[null, null, null]::text[]" }),
  "a column twice": put(901, { columns: "'{id,id,title}'" }),
  "a column that is not there": put(901, { columns: "'{id,status,secret}'" }),
  "a column with quotes": put(901, { columns: `array['id', 'status', ${literal(`ti"tle'); --`)}]` }),
  "columns of two dimensions": put(901, { columns: "'{{id,status,title}}'" }),
  "without the key": put(901, { columns: "'{status,status,title}'" }),
  "no kind's name": put(901, { kind: "'tell'" }),
  "an empty kind": put(901, { kind: "''" }),
  "a kind of a megabyte": put(901, { kind: "repeat('x', 1000000)" }),
  "no relation": put(901, { relation: "null" }),
  "an empty relation": put(901, { relation: "''" }),
  "a relation with quotes": put(901, { relation: literal(`public.doc"ument'; drop table vault; --`) }),
  "a relation with control characters": put(901, { relation: "E'public.\\x1b[2Jdocument'" }),
  "a relation of ours": put(901, { relation: "'tributary.node'" }),
  "a relation of the catalog": put(901, { relation: "'pg_catalog.pg_authid'" }),
  "a relation of a megabyte": put(901, { relation: "repeat('x', 1000000)" }),
  "rows below zero": put(901, { row_count: "-5" }),
  "too many rows": put(901, { row_count: "2147483647", kind: "'patch'" }),
  "a fence whose body is no UUID": { kind: "'fence'", body: "'{knock}'" },
  "a fence without a body": { kind: "'fence'", body: "null" },
  "a fence with an empty body": { kind: "'fence'", body: "'{}'" },
  "a fence of a table": put(901, { kind: "'fence'" }),
  "a beat of nonsense": { kind: "'beat'", body: "'{half of}'" },
  "a beat without a body": { kind: "'beat'", body: "null" },
  "a beat for ever": { kind: "'beat'", sent_at: "'infinity'", body: "'{\"{}\"}'" },
  "the first number": put(901, { number: "-9223372036854775808" }),
  "number 0": put(901, { number: "0", kind: "'patch'" }),
  "the last epoch": put(901, { epoch: "9223372036854775807", kind: "'patch'" }),
  "a moment before all": put(901, { sent_at: "'-infinity'", kind: "'patch'" }),
  "a moment after all": put(901, { sent_at: "'infinity'", kind: "'patch'" }),
  "a moment at the end of time": put(901, { sent_at: "'294276-12-31'", kind: "'patch'" }),
  "in the nation's name": put(901, { node: "'nation'" }),
  "in the region's name": put(901, { node: "'east'" }),
  "in another district's name": put(901, { node: "'district-b'" }),
  "in nobody's name": put(901, { node: "''" }),
  "in a name with quotes": put(901, { node: literal(`x'"; drop table vault; --`) }),
  "in a name that no setting has": put(901, { node: "'a b.c=d'" }),
  "in a name of a megabyte": put(901, { node: "repeat('x', 1000000)" }),
};

/** What an outbox itself does not refuse when its constraints were taken away below, as a superuser there can. */
const WITHOUT: Readonly<Record<string, Message>> = Object.fromEntries(
  ["node", "epoch", "number", "sent_at", "kind", "row_count"].flatMap((column) => [
    [`${column} missing`, put(901, { [column]: "null" })],
    [`${column} missing, and the table`, put(901, { [column]: "null", relation: "null" })],
    [
      `${column} missing of a fence`,
      { kind: "'fence'", body: "array[gen_random_uuid()::text]", [column]: "null" },
    ],
  ]),
);

describe.each(ENGINES)("carried by %s", (engine) => {
  const tree = useTestTree({ districts: 2, regions: 1, engine });
  const besieged = new Besieged(tree);
  let topology: Topology;

  /** The district's superuser, or a broken version of ours, writes it. */
  const send = (message: Message): Promise<unknown> =>
    query(
      tree.dsn("district-a"),
      `insert into tributary.messages_knowledge (${Object.keys(message).join(", ")}) values (${Object.values(message).join(", ")})`,
    );
  /** Each, one transaction after the other; which of them stopped the stream is told. */
  const expectStreamAfter = async (messages: Readonly<Record<string, Message>>): Promise<void> => {
    for (const [name, message] of Object.entries(messages)) {
      await send(message).catch((error: Error) => {
        throw new Error(`${name} cannot be sent: ${error.message}`);
      });
      await besieged.expectAlive(["district-a"]).catch((error: Error) => {
        const said = ["east", "nation"].flatMap(
          (node) =>
            besieged
              .log(node)
              .match(/ERROR: .*(?:\n\t?CONTEXT: .*)*/gu)
              ?.slice(-1) ?? [],
        );
        throw new Error(`after "${name}": ${error.message}: ${said.join("; ")}`);
      });
    }
  };
  const expectUntouched = async (): Promise<void> => {
    for (const { name: node } of tree.nodes)
      expect({
        node,
        rows: await query(
          tree.dsn(node),
          "select id, status, title from public.document where title not in ('a', 'b') or id in (901, 902, 903) order by id",
        ),
      }).toEqual({ node, rows: [] });
    await besieged.expectNothingGained();
    await besieged.expectEqual();
  };

  beforeAll(async () => {
    for (const { dsn } of tree.nodes) await query(dsn, `${APPLICATION}; ${grab("forged")}`);
    ({ topology } = await provision(tree, SETS));
    await query(tree.dsn("district-a"), "insert into document values (1, 'approved', 'a')");
    await query(tree.dsn("district-b"), "insert into document values (1000, 'approved', 'b')");
    await besieged.expectEqual();
    await besieged.begin();
  });

  test("malformed, unknown and forged messages: parked or counted, and the stream goes on", async () => {
    await expectStreamAfter(FORGED);
  }, 300_000);

  test("NULL where the outbox above has NOT NULL", async () => {
    await query(
      tree.dsn("district-a"),
      `alter table tributary.messages_knowledge alter node drop not null, alter epoch drop not null, alter number drop not null,
         alter sent_at drop not null, alter kind drop not null, alter row_count drop not null`,
    );
    await expectStreamAfter(WITHOUT);
  });

  test("somebody is told, and nothing else was done", async () => {
    const state = await observe(topology);
    const above = state.nodes.flatMap((node) =>
      node.reachable && node.name !== "district-a" ? (node.tributary ?? []) : [],
    );
    expect(above.reduce((sum, { parkedRows }) => sum + parkedRows, 0)).toBeGreaterThan(0);
    const speakers = above.flatMap(({ impostures = [] }) => impostures.map(({ node }) => node));
    expect(speakers).toEqual(expect.arrayContaining(["nation", "east", "district-b"]));
    expect(plan(topology, state).problems.filter(({ severity }) => severity === "error")).toEqual([]);
    // What a node says of its own rows is its to say, and to take back.
    await send(
      put(901, { kind: "'drop'", columns: "'{id}'", row_count: "3", body: "array['{901,902,903}']" }),
    );
    await besieged.expectAlive(["district-a"]);
    for (const node of ["east", "nation"])
      await query(tree.dsn(node), "select tributary.discard_parked(null, null, 9223372036854775807)");
    await expectUntouched();
  });
});
