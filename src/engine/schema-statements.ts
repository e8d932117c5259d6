/** Steps whose SQL is the same for every engine: the calls into the schema `tributary`. Pure. */
import { Secret, type Statement, type StatementValue } from "../domain/statement.ts";
import { shownLinkDsn } from "../domain/dsn.ts";
import { tablesRole } from "../domain/names.ts";
import type { Step, StepKind, StepOf } from "../domain/step.ts";
import type { Node } from "../domain/topology.ts";
import { schemaCode, schemaMigrations } from "../postgres/migrations.ts";
import { qualified } from "../postgres/quote.ts";
import { dropRoleWithoutTables, tableStatements } from "./table-statements.ts";

/** The comment on what we made before there was a place to note it. */
export const MADE_BY_US = "made by tributary";

/** A statement that shares the step's transaction. */
export function joined(text: string, ...values: readonly StatementValue[]): Statement {
  return { text, values, transaction: "join" };
}

/** A statement that PostgreSQL or the engine wants outside a transaction. */
export function alone(text: string, ...values: readonly StatementValue[]): Statement {
  return { text, values, transaction: "alone" };
}

/** A link's connection string; a password that apply makes is not known before. */
export function secretLinkDsn(link: Pick<Node, "linkDsn" | "linkRole">): Secret {
  return new Secret(link.linkDsn, shownLinkDsn(link));
}

/** Where a table is locked that the application writes to. */
export const IMPATIENT: Statement = joined("set local lock_timeout = '500ms'");

/** Connection strings are for us, not for a log, and not for a view of statements either. */
export const QUIET_LOG: readonly Statement[] = [
  "set local log_min_messages = panic",
  "set local log_min_error_statement = panic",
  "set local log_statement = none",
  "set local log_min_duration_statement = -1",
  "set local pg_stat_statements.track_utility = off",
].map((text) => joined(text));

type Makers = { readonly [Kind in StepKind]?: (step: StepOf<Kind>) => readonly Statement[] };

const MAKERS = {
  "install-schema": installSchema,
  "set-root": (step) => [joined("select tributary.set_root($1)", step.isRoot)],
  "create-table": createTable,
  "deliver-table": ({ set, rule }) => [
    joined(
      `select tributary.deliver_table($1, $2::regclass, $3::text[], $4${rule.shared === true ? ", shared => true" : ""})`,
      set,
      qualified(rule.schema, rule.table),
      rule.columns ?? null,
      rule.protect,
    ),
  ],
  "capture-table": ({ set, rule }) => [
    joined(
      `select tributary.capture_table($1, $2::regclass, $3, $4::text[], $5${rule.capture === "replicated" ? ", replicated => true" : ""})`,
      set,
      qualified(rule.schema, rule.table),
      rule.where ?? null,
      rule.columns ?? null,
      rule.onLeave,
    ),
  ],
  "set-members": ({ provider, members }) => [
    joined("select tributary.set_members($1, $2::text[])", provider, members),
  ],
  "set-link-role": ({ role, usesPglogical }) => [
    joined("select tributary.set_link_role($1, $2)", role.name, usesPglogical),
  ],
  "drop-link-role": ({ role }) => [joined("select tributary.drop_link_role($1)", role)],
  "set-monitor": ({ role, password }) => [
    ...QUIET_LOG,
    joined(
      "select tributary.set_monitor($1, $2)",
      role,
      password === undefined ? null : new Secret(password.verifier, "***"),
    ),
  ],
  "unset-monitor": () => [joined("select tributary.unset_monitor()")],
  "create-outbox": ({ set }) => [IMPATIENT, joined("select tributary.create_outbox($1)", set)],
  "seed-table": () => [],
  "change-engine": () => [],
  "open-link": () => [],
  "drop-capture": ({ relation }) => [joined("select tributary.uncapture_table($1)", relation)],
  "drop-delivery": ({ relation }) => [joined("select tributary.undeliver_table($1)", relation)],
  "drop-outbox": ({ set }) => [joined("select tributary.drop_outbox($1)", set)],
  "drop-slot": ({ slot }) => dropSlot(slot),
  "drop-schema": ({ project }) => [
    joined(`do $tributary$ begin
  if pg_catalog.to_regprocedure('tributary.dissolve_roles()') is not null then
    perform tributary.dissolve_roles();
  end if;
end $tributary$`),
    joined("drop schema if exists tributary cascade"),
    joined(dropRoleWithoutTables(tablesRole(project))),
  ],
} satisfies Makers;

/** Kinds of steps whose SQL is made here. */
export type SchemaStepKind = keyof typeof MAKERS;

/** All other kinds: each engine has SQL of its own for them. */
export type EngineStepKind = Exclude<StepKind, SchemaStepKind>;

/** True for steps whose SQL is made here. */
export function isSchemaStep(step: Step): step is StepOf<SchemaStepKind> {
  return step.kind in MAKERS;
}

/** The statements of such a step. */
export function schemaStatements(step: StepOf<SchemaStepKind>): readonly Statement[] {
  return (MAKERS[step.kind] as (step: Step) => readonly Statement[])(step);
}

/** The files that the node does not have yet, all functions as they are now, then who it is. */
function installSchema({ project, from, node }: StepOf<"install-schema">): readonly Statement[] {
  return [
    ...schemaMigrations()
      .filter((migration) => migration.number > from)
      .flatMap(({ number, text }) => [
        joined(text),
        joined("insert into tributary.schema_version (number) values ($1) on conflict do nothing", number),
      ]),
    // Functions call each other in any order.
    joined("set local check_function_bodies = off"),
    ...schemaCode().map((text) => joined(text)),
    joined("select tributary.identify($1, $2)", project, node),
    joined("select tributary.make_roles()"),
    joined("select tributary.settle()"),
    joined("select tributary.regenerate($1)", from),
    joined("select tributary.seal()"),
    joined("select tributary.guard()"),
    joined(
      "select tributary.record_made('extension') from pg_catalog.pg_extension where obj_description(oid, 'pg_extension') = $1",
      MADE_BY_US,
    ),
  ];
}

function createTable({ blueprint, owner, rule }: StepOf<"create-table">): readonly Statement[] {
  return tableStatements({ schema: rule.schema, name: rule.table }, blueprint, owner).map((text) =>
    joined(text),
  );
}

/** A stream that still reads the slot is ended first: the slot is ours, and nobody should. */
export function dropSlot(slot: string): readonly Statement[] {
  return [
    alone(
      "select pg_terminate_backend(active_pid, 5000) from pg_catalog.pg_replication_slots where slot_name = $1 and active",
      slot,
    ),
    alone(
      "select pg_drop_replication_slot(slot_name) from pg_catalog.pg_replication_slots where slot_name = $1",
      slot,
    ),
  ];
}
