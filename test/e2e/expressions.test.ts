/** Every expression of every panel and rule, asked of a real Prometheus that scrapes a real monitor on a real tree. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";

import type { Topology } from "../../src/domain/topology.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { History } from "../../src/monitor/history.ts";
import { type NodeRecord, newRecord } from "../../src/monitor/record.ts";
import { useTestTree } from "../support/cluster.ts";
import { dashboardExpressions } from "../support/expressions.ts";
import { startMonitor } from "../support/monitor.ts";
import { type RunningPrometheus, startPrometheus } from "../support/prometheus.ts";
import { provision } from "../support/provision.ts";
import { query } from "../support/sql.ts";
import { verify } from "../support/verify.ts";

const SETS = { main: { tables: { "public.item": { where: "approved" } } } };
const tree = useTestTree({ districts: 2, regions: 1, settings: { max_slot_wal_keep_size: "1GB" } });
let topology: Topology;

beforeAll(async () => {
  for (const { dsn } of tree.nodes)
    await query(dsn, "create table item (id int primary key, title text, approved boolean not null)");
  ({ topology } = await provision(
    tree,
    SETS,
    {},
    {
      monitor: {
        heartbeat: "1s",
        offline_budget: "2s",
        staleness_budget: "2s",
        // Not while this runs: verify() does it.
        verify: { every: "0 0 1 1 *" },
      },
    },
  ));
  await verify(topology);
});

const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: "30s",
  $__range: "1m",
  $__interval: "5s",
  $job: "tributary",
  $tier: ".*",
  $root: "nation",
  $node: "district-a",
  $provider: "district-a",
  $consumer: "east",
};

interface Asked {
  readonly where: string;
  readonly expression: string;
}

function asked(): readonly Asked[] {
  const rules = parse(
    readFileSync(new URL("../../prometheus/tributary.rules.yml", import.meta.url), "utf8"),
  ) as {
    groups: { rules: { record?: string; alert?: string; expr: string }[] }[];
  };
  const ofRules = rules.groups.flatMap(({ rules: all }) =>
    all.flatMap(({ record, expr }) =>
      record === undefined ? [] : [{ where: `rule ${record}`, expression: expr }],
    ),
  );
  const ofPanels = dashboardExpressions().map(({ dashboard, panel, expression }) => ({
    where: `${dashboard}: ${panel}`,
    expression: Object.entries(VARIABLES)
      .toSorted(([one], [other]) => other.length - one.length)
      .reduce(
        (text, [name, value]) => text.replaceAll(name, value).replaceAll(`\${${name.slice(1)}}`, value),
        expression,
      ),
  }));
  return [...ofRules, ...ofPanels];
}

/** Expressions that are empty when all is well, and what they are for. */
const FOR_FAULTS: Readonly<Record<string, (one: Asked) => boolean>> = {
  "rows are parked": ({ expression }) => expression.includes("_parked_since"),
  "a link is disabled": ({ expression }) =>
    /_down_reason|_inactive_since/u.test(expression) ||
    (expression.includes("_predicted_loss_") && expression.endsWith("< 1000000000")),
  "a node is dark": ({ where }) => where.endsWith("Nodes out of reach"),
  "both ends differ": ({ expression }) => expression.includes("tributary_verify_rows{kind=~"),
  "a node went back in time": ({ expression }) => expression.includes("_went_back"),
};

/** Those that this test cannot fill in, and what does. */
const ELSEWHERE: Readonly<Record<string, (one: Asked) => boolean>> = {
  "dark for ten minutes: prometheus/tributary.tests.yml": ({ where }) =>
    /tributary:node_(?:dark|excused):bool/u.test(where),
  "counted by native replication from PostgreSQL 18 on: test/database/monitor.test.ts": ({ expression }) =>
    expression.includes("_conflicts_total"),
  "an average over steps of minutes: with the first step": ({ expression }) =>
    /\[\w+:\w+\]/u.test(expression),
};

const matches = (table: typeof FOR_FAULTS, one: Asked): boolean =>
  Object.values(table).some((isFor) => isFor(one));

async function untilFilled(
  prometheus: RunningPrometheus,
  among: readonly Asked[],
  what: string,
): Promise<void> {
  let left = among;
  const look = async (): Promise<true | undefined> => {
    const answers = await Promise.all(
      left.map(async (one) => ({ one, isEmpty: (await prometheus.query(one.expression)).length === 0 })),
    );
    left = answers.flatMap(({ one, isEmpty }) => (isEmpty ? [one] : []));
    return left.length === 0 ? true : undefined;
  };
  await eventually(look, { timeoutMs: 60_000, what }).catch((error: unknown) => {
    throw new Error(`${what}: ${left.map(({ where, expression }) => `${where}\n${expression}`).join("\n")}`, {
      cause: error,
    });
  });
}

const at = (name: string, text: string): Promise<unknown> => query(tree.dsn(name), text);

/** What the monitor knows of the district from before: it has written a good deal, and its disk fills. */
async function past(): Promise<Map<string, NodeRecord>> {
  const [row] = await query(
    tree.dsn("district-a"),
    "select (pg_current_wal_lsn() - '0/0')::float8 as position",
  );
  const since = Date.now() / 1000 - 7200;
  const record: NodeRecord = {
    ...newRecord("district-a"),
    positions: new History([[since, Number(row?.["position"]) - 30e6]]),
    mounts: new Map([["data", { avail: new History([[since, 6e11]]), full: {} }]]),
  };
  return new Map([["district-a", record]]);
}

test("each returns data when all is well, or is for a fault, and then fills in that", async () => {
  await using monitor = await startMonitor(topology, {
    records: await past(),
    disksOf: () =>
      Promise.resolve({ source: "statfs", mounts: [{ mount: "data", sizeBytes: 1e12, availBytes: 5e11 }] }),
  });
  await using prometheus = await startPrometheus(monitor.url);
  await monitor.until(
    "all is well",
    ({ nodes, links }) =>
      nodes.every(({ record }) => record.isUp) && links.every(({ state }) => state === "replicating"),
  );
  const all = asked();
  expect(all.length).toBeGreaterThan(100);
  const usual = all.filter((one) => !matches(FOR_FAULTS, one) && !matches(ELSEWHERE, one));
  await untilFilled(prometheus, usual, "all is well");

  await at("east", "alter table item add constraint short check (length(title) < 3)");
  await at("district-a", "insert into item values (1, 'too long', true)");
  await monitor.until("a row is parked", () => monitor.link("district-a").parkedRows === 1);
  await verify(topology);
  // As a server that was restored from an older backup: numbers that were drawn before are drawn again.
  await at(
    "east",
    "update tributary.source set sent_at = sent_at - interval '1 minute', number = number + 1000 where node = 'district-a'",
  );
  await at("district-a", "insert into item values (2, 'b', true)");
  await monitor.until("a node went back", () => monitor.link("district-a").wentBackAt !== undefined);
  await at("east", "select pglogical.alter_subscription_disable('slm_from_district_a', true)");
  await tree.cluster("district-b").stop();
  await untilFilled(
    prometheus,
    all.filter((one) => matches(FOR_FAULTS, one)),
    "in the faults",
  );
});
