/** A tree on which the contract's edges are tried, on either engine: district-a and district-b below east, below the nation. */
import { beforeAll, expect } from "vitest";

import type { EngineKind, Topology } from "../../../src/domain/topology.ts";
import type { PlanOptions } from "../../../src/plan/plan.ts";
import { type TestTree, useTestTree } from "../../support/cluster.ts";
import { type ComparedTable, differences } from "../../support/equal.ts";
import { provision, type Provisioned, settled, topologyOf } from "../../support/provision.ts";
import { openApplication, query } from "../../support/sql.ts";
import { verify } from "../../support/verify.ts";

export const ENGINES: readonly EngineKind[] = ["pglogical", "native"];

export interface EdgeTree {
  readonly tree: TestTree;
  readonly at: (node: string, text: string) => ReturnType<typeof query>;
  /** Runs statements as an application does: several of them, and transactions, are one text. */
  readonly write: (node: string, text: string) => Promise<void>;
  readonly everywhere: (text: string, but?: readonly string[]) => Promise<void>;
  readonly apply: (options?: PlanOptions) => Promise<Provisioned>;
  readonly topology: () => Promise<Topology>;
  readonly parked: () => Promise<unknown[]>;
  /** Every row is at every tier above, nothing is parked, and `verify` says so too. */
  readonly expectEqual: (tables?: readonly ComparedTable[]) => Promise<void>;
}

/** `schema` is made at every node first, then `tables` are replicated; `where` of a table is its filter, `more` what else its rule says. */
export function useEdgeTree(
  engine: EngineKind,
  schema: string,
  tables: readonly ComparedTable[],
  more: Readonly<Record<string, object>> = {},
): EdgeTree {
  const tree = useTestTree({ districts: 2, regions: 1, engine });
  const sets = {
    knowledge: {
      tables: Object.fromEntries(
        tables.map(({ table, where, columns, shared }) => [
          table,
          {
            ...(shared === undefined ? {} : { shared }),
            ...(where === undefined ? {} : { where }),
            ...(columns === undefined ? {} : { columns: columns.split(", ") }),
            ...more[table],
          },
        ]),
      ),
    },
  };
  const at: EdgeTree["at"] = (node, text) => query(tree.dsn(node), text);
  const everywhere: EdgeTree["everywhere"] = async (text, but = []) => {
    for (const { name } of tree.nodes) if (!but.includes(name)) await at(name, text);
  };
  const parked: EdgeTree["parked"] = async () => {
    const found = await Promise.all(
      ["east", "nation"].map((name) => at(name, "select relation, key, reason from tributary.parked")),
    );
    return found.flat();
  };

  beforeAll(async () => {
    await everywhere(schema);
    await provision(tree, sets);
  });

  return {
    tree,
    at,
    everywhere,
    parked,
    write: async (node, text) => {
      await using application = openApplication(tree.dsn(node));
      await application.query(text);
    },
    apply: (options = {}) => provision(tree, sets, options),
    topology: () => topologyOf(tree, sets),
    expectEqual: async (compared = tables) => {
      await settled(tree);
      expect(await parked()).toEqual([]);
      expect(await differences(tree, compared)).toEqual([]);
      const report = await verify(await topologyOf(tree, sets));
      expect(
        report.links.flatMap((link) => link.tables.filter(({ verdict }) => verdict !== "equal")),
      ).toEqual([]);
    },
  };
}
