/** The monitor against real servers: what it sees when all is well. */
import { beforeAll, expect, test } from "vitest";

import type { Topology } from "../../src/domain/topology.ts";
import { exposition } from "../../src/monitor/metrics.ts";
import { type Picture, draw } from "../../src/monitor/picture.ts";
import { Poller } from "../../src/monitor/poller.ts";
import { shapeOf } from "../../src/monitor/shape.ts";
import { openProbe } from "../../src/observe/probe.ts";
import { useTestTree } from "../support/cluster.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SETS = { main: { tables: { "public.item": { where: "approved" } } } };

const tree = useTestTree({ districts: 2, regions: 1 });
let topology: Topology;

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table item (id int primary key, title text, approved boolean not null)");
  ({ topology } = await provision(tree, SETS, {}, { monitor: {} }));
});

async function look(cycles = 1): Promise<Picture> {
  const probe = openProbe(topology, { asMonitor: true, signal: new AbortController().signal });
  const shape = shapeOf(topology);
  const troubles: string[] = [];
  const poller = new Poller(shape, {
    probe,
    writes: true,
    intervalMs: 15_000,
    onTrouble: (text) => troubles.push(text),
  });
  try {
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await poller.cycle();
      await settled(tree);
    }
    await poller.cycle();
    expect(troubles).toEqual([]);
    return draw(shape, poller.records, Date.now() / 1000);
  } finally {
    await probe.close();
  }
}

test("a healthy tree", async () => {
  await query(tree.dsn("district-a"), "insert into item values (1, 'a', true), (2, 'b', false)");
  const picture = await look();
  const text = [...exposition(picture, "prometheus")].join("");
  console.log(text);
  console.log(
    text.split("\n").filter((line) => line.includes('"district-a"') && !line.startsWith("#")).length,
  );
  expect(picture.links.map(({ state }) => state)).toEqual(["replicating", "replicating", "replicating"]);
});
