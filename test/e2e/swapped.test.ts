/** Two dsns that were swapped in the topology file, and not applied: nothing is compared with, or sent from, the wrong database. */
import { writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { useTool } from "../support/kill.ts";
import { provision, settled } from "../support/provision.ts";
import { query } from "../support/sql.ts";

const SETS = { knowledge: { tables: { "public.item": {} } } };
const tree = useTestTree({ districts: 2 });
const tool = useTool();
let file: readonly string[] = [];

beforeAll(async () => {
  for (const { dsn } of tree.nodes) await query(dsn, "create table item (id int primary key)");
  await provision(tree, SETS);
  await query(tree.dsn("district-a"), "insert into item values (1), (2)");
  await settled(tree);
  const ports = ["district-a", "district-b"].map((name) => String(tree.cluster(name).port));
  const swapped = tree
    .topologyFile(SETS)
    .replaceAll(new RegExp(ports.join("|"), "gu"), (port) => ports.find((other) => other !== port) ?? port);
  const topology = path.join(tree.directory, "swapped.yaml");
  writeFileSync(topology, swapped);
  file = ["-f", topology];
});

test.each([
  ["verify"],
  ["repair", "--yes"],
  ["trace", "public.item", "1"],
  ["emit", "public.item", "1", "--node", "district-a", "--yes"],
  ["parked"],
])("%s says where the dsn leads", async (...words) => {
  const { code, stdout, stderr } = await tool.run([...words, ...file]);
  expect(`${stdout}${stderr}`).toContain(
    'its dsn leads to the database of node "district-b" of project "slm"',
  );
  if (words[0] !== "trace") expect(code).toBeGreaterThan(0);
  expect(await query(tree.dsn("nation"), "select id from item order by id")).toEqual([{ id: 1 }, { id: 2 }]);
});
