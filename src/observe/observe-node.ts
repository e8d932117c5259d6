/** One node: its server, what Tributary and the engine have in its database, and the topology's tables. */
import { performance } from "node:perf_hooks";

import { parseDsn } from "../domain/dsn.ts";
import type { Blueprint, TypeUse } from "../domain/blueprint.ts";
import { PreconditionError } from "../domain/errors.ts";
import type { Expression } from "../domain/expression.ts";
import type { ServerFacts } from "../domain/server.ts";
import { linkRoleName, operatorRole } from "../domain/names.ts";
import type { ColumnState, OtherRelation, OwnersState, ReachableNode, TableState } from "../domain/state.ts";
import { downstreamOf, type Node, relationName, type Topology, setsThrough } from "../domain/topology.ts";
import { describeTributary } from "../engine/describe.ts";
import { engines } from "../engine/index.ts";
import { observeLinkRole } from "../engine/link-role.ts";
import { type EngineState, observeReplication } from "../engine/replication.ts";
import { isInsufficientPrivilege } from "../postgres/errors.ts";
import { expressionSql } from "../postgres/expression-sql.ts";
import { identifier } from "../postgres/quote.ts";
import type { Session } from "../postgres/session.ts";
import type { Sessions } from "../postgres/sessions.ts";
import { collationSql, typeSql, typeText } from "../postgres/type-text.ts";
import { blueprintOf } from "./blueprint/blueprint.ts";
import type { ColumnFacts } from "./blueprint/facts.ts";
import { loadExpressionParser } from "./blueprint/parse-tree.ts";
import { typeUse } from "./blueprint/type-use.ts";
import * as queries from "./queries.ts";

/** Asks over one connection. Throws PreconditionError where our role may not look. */
export async function observeNode(
  topology: Topology,
  node: Node,
  sessions: Sessions,
): Promise<ReachableNode> {
  try {
    return await look(topology, node, sessions);
  } catch (error) {
    if (!isInsufficientPrivilege(error)) throw error;
    throw notLetLook(topology, node, error as PreconditionError);
  }
}

/** Where the schema is, who looks at it needs to be an operator. */
function notLetLook({ project }: Topology, { name, dsn }: Node, cause: PreconditionError): PreconditionError {
  const user = parseDsn(dsn).user ?? "postgres";
  const role = identifier(operatorRole(project));
  return new PreconditionError(
    `node "${name}": user "${user}" may not look at it, and needs to be a member of ${operatorRole(project)}: ${cause.message.replace(/^node "[^"]*": /, "")}`,
    { code: cause.code, node: name, hint: `GRANT ${role} TO ${identifier(user)};`, cause },
  );
}

async function look(topology: Topology, node: Node, sessions: Sessions): Promise<ReachableNode> {
  const session = await sessions.get(node.name);
  const { server, hasTributary } = await observeServer(session);
  const tributary = hasTributary ? await describeTributary(session) : undefined;
  const found = await observeReplication(session);
  const native = await engines.native.observe(session, found);
  const pglogical = await engines.pglogical.observe(session, found);
  // Also where it is yet to be installed: then the role lacks what it will need.
  const usesPglogical = node.engine === "pglogical";
  const linkRole = server.isSuperuser
    ? await observeLinkRole(session, linkRoleName(topology.project, node.name), usesPglogical)
    : undefined;
  const { keptPasswords = [] } = pglogical;
  const tables = await observeTables(topology, node, session);
  const others = await observeOthers(topology, node, tables, session);
  const owners = await observeOwners(topology, node, tables, session);
  return {
    name: node.name,
    reachable: true,
    server,
    ...(tributary === undefined ? {} : { tributary }),
    ...(pglogical.engineNode === undefined ? {} : { engineNode: pglogical.engineNode }),
    madeExtension: found.made_pglogical,
    ...(linkRole === undefined ? {} : { linkRole }),
    ...(found.pglogical_rights === null ? {} : { pglogicalRights: found.pglogical_rights }),
    ...(keptPasswords.length === 0 ? {} : { keptPasswords }),
    replicationSets: [...pglogical.replicationSets, ...native.replicationSets],
    subscriptions: [...pglogical.subscriptions, ...native.subscriptions],
    slots: found.slots,
    tables,
    ...(others.length === 0 ? {} : { otherRelations: others }),
    ...unseenIn(native, pglogical),
    ...(owners === undefined ? {} : { owners }),
  };
}

function unseenIn(...engineStates: readonly EngineState[]): Pick<ReachableNode, "unseen"> {
  const unseen = engineStates.flatMap((state) => state.unseen ?? []);
  return unseen.length === 0 ? {} : { unseen: [...new Set(unseen)] };
}

async function observeServer(session: Session): Promise<{ server: ServerFacts; hasTributary: boolean }> {
  const asked = performance.now();
  const facts = await session.one(queries.serverFacts);
  // The server's clock was read about half-way between question and answer.
  const halfTripMs = (performance.now() - asked) / 2;
  return {
    hasTributary: facts.has_tributary,
    server: {
      versionNum: facts.version_num,
      version: facts.version,
      settings: facts.settings,
      encoding: facts.encoding,
      collation: facts.collation,
      timeZone: facts.time_zone,
      database: facts.database,
      systemIdentifier: facts.system_identifier,
      user: facts.user_name,
      isSuperuser: facts.is_superuser,
      mayReplicate: facts.may_replicate,
      inRecovery: facts.in_recovery,
      availableExtensions: facts.available_extensions,
      installedExtensions: facts.installed_extensions,
      clockSkewMs: Math.round(facts.clock_ms + halfTripMs - Date.now()),
    },
  };
}

async function observeTables(
  topology: Topology,
  node: Node,
  session: Session,
): Promise<readonly TableState[]> {
  const rules = setsThrough(topology, node.name).flatMap((set) => set.tables);
  if (rules.length === 0) return [];
  const schemas = rules.map((rule) => rule.schema);
  const rows = await session.all(
    queries.tables,
    schemas,
    rules.map((rule) => rule.table),
  );
  await loadExpressionParser();
  return rows.map(({ foreign_keys, estimated_rows, facts, ...table }) => {
    const blueprint = blueprintOf(facts);
    return {
      ...table,
      columns: facts.columns.map((column) => columnState(column, blueprint)),
      foreignKeys: foreign_keys,
      estimatedRows: estimated_rows,
      blueprint,
    };
  });
}

/** Asked where the topology has a table that is not there. */
async function observeOthers(
  topology: Topology,
  node: Node,
  tables: readonly TableState[],
  session: Session,
): Promise<readonly OtherRelation[]> {
  const present = new Set(tables.map(relationName));
  const missing = setsThrough(topology, node.name)
    .flatMap((set) => set.tables)
    .filter((rule) => !present.has(relationName(rule)));
  if (missing.length === 0) return [];
  return session.all(
    queries.otherRelations,
    missing.map((rule) => rule.schema),
    missing.map((rule) => rule.table),
  );
}

/** As it was written; casts are of PostgreSQL's own types. */
const isConstant = (value: Expression): boolean =>
  value.kind === "constant" || (value.kind === "cast" && value.operands.every(isConstant));

/** Undefined for a type that is no domain of the application's. */
function typeBelowDomain(types: Blueprint["types"], use: TypeUse): string | undefined {
  const found = types.find(({ schema, name }) => schema === use.schema && name === use.name);
  if (use.isArray || found?.kind !== "domain") return undefined;
  const collation = found.collation === undefined ? "" : ` ${collationSql(found.collation)}`;
  return typeBelowDomain(types, found.base) ?? `${typeSql(found.base)}${collation}`;
}

function columnState(
  { name, type, notNull, ...facts }: ColumnFacts,
  { types, columns }: Blueprint,
): ColumnState {
  const isGenerated = facts.generated !== "";
  const typeBelow = typeBelowDomain(types, typeUse(type));
  const value = columns.find((column) => column.name === name)?.default;
  return {
    name,
    type: typeText(typeUse(type)),
    ...(typeBelow === undefined ? {} : { typeBelow }),
    notNull,
    hasDefault: facts.expression != null && !isGenerated,
    ...(value !== undefined && isConstant(value) ? { constantDefault: expressionSql(value) } : {}),
    isGenerated,
    isIdentity: facts.identity !== "",
    ...(facts.collation == null ? {} : { collation: facts.collation.name }),
  };
}

/** Asked only where tables are missing that could be made: who would own them. */
async function observeOwners(
  topology: Topology,
  node: Node,
  tables: readonly TableState[],
  session: Session,
): Promise<OwnersState | undefined> {
  const present = new Set(tables.map(relationName));
  const missing = setsThrough(topology, node.name)
    .flatMap((set) => set.tables)
    .filter((rule) => !present.has(relationName(rule)));
  if (missing.length === 0 || downstreamOf(topology, node.name).length === 0) return undefined;
  const { schemas, named } = await session.one(
    queries.tableOwners,
    missing.map(({ schema }) => schema),
    node.tableOwner ?? null,
  );
  return { schemas, ...(named === null ? {} : { named }) };
}
