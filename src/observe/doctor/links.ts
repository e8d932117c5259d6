/** What is wrong between the two ends of a link. Pure. */
import { encodingMisfit } from "../../domain/encoding.ts";
import { HANDFUL } from "../../domain/handful.ts";
import { strangerPhrases } from "../../domain/stranger.ts";
import type { Problem } from "../../domain/step.ts";
import { type Topology, linksUpward, relationName } from "../../domain/topology.ts";
import { literal } from "../../postgres/quote.ts";
import { type Patient, rulesAt } from "./examine.ts";
import { error, warning } from "./problem.ts";

const CLOCK_LIMIT_MS = 2000;

type Pair = { readonly below: Patient; readonly above: Patient; readonly topology: Topology };

/** Of every link whose ends were both seen; and of all nodes, that each is a database of its own. */
export function checkLinks(topology: Topology, patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  const pairs = linksUpward(topology).flatMap(({ provider, subscriber }): readonly Pair[] => {
    const below = patients.get(provider.name);
    const above = patients.get(subscriber.name);
    return below === undefined || above === undefined ? [] : [{ below, above, topology }];
  });
  return [
    ...checkIdentity([...patients.values()]),
    ...pairs.flatMap((pair) => [
      ...checkStranger(pair),
      ...checkCluster(pair),
      ...checkEncoding(pair),
      ...checkClocks(pair),
      ...checkTimeZones(pair),
      ...checkCollations(pair),
      ...checkEnums(pair),
    ]),
  ];
}

/** Two names for one database. */
function checkIdentity(patients: readonly Patient[]): readonly Problem[] {
  const seen = new Map<string, string>();
  return patients.flatMap(({ node, state, cluster }) => {
    if (cluster === undefined) return [];
    const place = JSON.stringify([cluster.cluster, state.server.database]);
    const other = seen.get(place);
    seen.set(place, other ?? node.name);
    if (other === undefined) return [];
    return [
      error({
        code: "same-database",
        node: node.name,
        message: `its dsn leads to the same database as that of node "${other}", needs one of its own.`,
        fix: `Correct the dsn of node "${node.name}" or of node "${other}" in the topology file.`,
      }),
    ];
  });
}

/** A new or another database under a name that is known above. */
function checkStranger({ below: { node, state } }: Pair): readonly Problem[] {
  const { unfamiliar, tributary, server } = state;
  if (unfamiliar === undefined || unfamiliar.rows <= HANDFUL) return [];
  const { message, fix } = strangerPhrases(node.name, unfamiliar, tributary, server.database);
  return [error({ code: "unfamiliar-database", node: node.name, message: `${message}.`, fix })];
}

/** A chain of two pglogical links within one cluster crashes it. */
function checkCluster({ below, above }: Pair): readonly Problem[] {
  const isShared = below.cluster !== undefined && below.cluster.cluster === above.cluster?.cluster;
  if (
    !isShared ||
    below.node.engine !== "pglogical" ||
    below.state.server.database === above.state.server.database
  )
    return [];
  return [
    error({
      code: "same-cluster",
      node: above.node.name,
      message: `its database is in the same PostgreSQL cluster as that of node "${below.node.name}", needs another: pglogical crashes such a cluster.`,
      fix: `Move one of the two databases into a cluster of its own: pg_createcluster ${Math.trunc(above.state.server.versionNum / 10_000)} ${above.node.name}`,
    }),
  ];
}

function checkEncoding({ below, above }: Pair): readonly Problem[] {
  const misfit = encodingMisfit(
    { name: below.node.name, ...below.state.server },
    { name: above.node.name, ...above.state.server },
    below.node.engine,
  );
  return misfit === undefined ? [] : [error({ code: "encoding", ...misfit })];
}

function checkClocks({ below, above }: Pair): readonly Problem[] {
  const differenceMs = Math.abs(below.state.server.clockSkewMs - above.state.server.clockSkewMs);
  if (differenceMs <= CLOCK_LIMIT_MS) return [];
  return [
    warning({
      code: "clock",
      node: below.node.name,
      message: `its clock and that of node "${above.node.name}" are ${(differenceMs / 1000).toFixed(1)} seconds apart, needs less than 2: ages and delays are shown wrong.`,
      fix: "Turn on time synchronisation on both machines: timedatectl set-ntp true",
    }),
  ];
}

/** Values travel as they are; only what is read by the session's zone can surprise. */
function checkTimeZones({ below, above, topology }: Pair): readonly Problem[] {
  const [low, high] = [zoneOf(below), zoneOf(above)];
  if (low === high || low === "" || high === "") return [];
  const relations = new Set(rulesAt(topology, below.node.name).map(relationName));
  const affected = below.state.tables
    .filter((table) => relations.has(relationName(table)))
    .flatMap((table) =>
      table.columns
        .filter((column) => /^timestamp(\(\d\))? without time zone$/.test(column.type))
        .map((column) => `${relationName(table)}.${column.name}`),
    );
  if (affected.length === 0) return [];
  return [
    warning({
      code: "time-zone",
      node: above.node.name,
      message: `its time zone is "${high}", that of node "${below.node.name}" is "${low}": ${affected.slice(0, 3).join(", ")} of type timestamp without time zone travel unchanged and mean another moment here.`,
      fix: `ALTER DATABASE "${above.state.server.database.replaceAll('"', '""')}" SET timezone = ${literal(low)};`,
    }),
  ];
}

function zoneOf({ state, cluster }: Patient): string {
  return state.server.timeZone || (cluster?.server_time_zone ?? "");
}

/** Keys of text are sorted and, with some collations, compared by it. */
function checkCollations({ below, above, topology }: Pair): readonly Problem[] {
  const [low, high] = [below.state.server.collation, above.state.server.collation];
  if (low === high) return [];
  const relations = new Set(rulesAt(topology, below.node.name).map(relationName));
  const affected = below.state.tables.filter(
    (table) =>
      relations.has(relationName(table)) &&
      table.columns.some(
        (column) =>
          table.key.includes(column.name) &&
          /^(text|character)/.test(column.type) &&
          column.collation === undefined,
      ),
  );
  if (affected.length === 0) return [];
  return [
    warning({
      code: "collation",
      node: above.node.name,
      message: `its database sorts by "${high}", that of node "${below.node.name}" by "${low}": keys of ${affected.map(relationName).join(", ")} sort differently here.`,
      fix: 'Give the key columns a collation of their own on both nodes: ALTER TABLE … ALTER COLUMN … TYPE text COLLATE "C";',
    }),
  ];
}

function checkEnums({ below, above }: Pair): readonly Problem[] {
  return [...below.hazards].flatMap(([relation, { enums }]) =>
    Object.entries(enums).flatMap(([type, labels]) => {
      const known = above.hazards.get(relation)?.enums ?? {};
      // The name is the node's below; the node above has to know it, too.
      const present = Object.hasOwn(known, type) ? known[type] : undefined;
      return (present === undefined ? [] : labels.filter((label) => !present.includes(label))).map((label) =>
        error({
          code: "enum-label",
          node: above.node.name,
          message: `type ${type} lacks the label "${label}", which node "${below.node.name}" has: rows with it would be parked.`,
          fix: `ALTER TYPE ${type} ADD VALUE IF NOT EXISTS ${literal(label)};`,
          fixIsSafeSql: true,
        }),
      );
    }),
  );
}
