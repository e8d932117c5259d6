/** Columns above whose values do not travel: does the table take rows without them? Pure. */
import type { ColumnPlan, OwnTypePlan, QualifiedName, TypeUse } from "../domain/blueprint.ts";
import { columnsOf } from "../domain/expression.ts";
import type { ColumnState, TableState } from "../domain/state.ts";
import { evaluate, type Given, type Known } from "./evaluate.ts";
import { quoted, quotedTable } from "./wording.ts";

/** Why rows are refused, or may be, and the statement that mends it. */
export interface Refusal {
  /** Ends where the names of the providers follow. */
  readonly what: string;
  readonly fix: string;
  /** It cannot be told whether rows are refused. */
  readonly isPossible: boolean;
  /** The statement takes nothing away but this. */
  readonly isSafe: boolean;
}

type Domain = Extract<OwnTypePlan, { kind: "domain" }>;

/** `travelling`: the columns that get values from below. */
export function refusalsOfUnfilled(table: TableState, travelling: ReadonlySet<string>): readonly Refusal[] {
  const unfilled = table.columns.filter(({ name }) => !travelling.has(name));
  const values = new Map(unfilled.map((column) => [column.name, valueWithout(table, column, travelling)]));
  const alter = `alter table ${quotedTable(table)}`;
  const checks = table.blueprint.checks.filter(
    ({ expression, columns }) =>
      columns.some((column) => values.has(column)) &&
      evaluate(expression, { column: (name) => values.get(name) }) === false,
  );
  return [
    ...unfilled.flatMap((column) => refusalOf(table, column, values.get(column.name), alter)),
    ...checks.map(({ name, columns }) => {
      const [first = ""] = columns.filter((column) => values.has(column));
      return {
        what: `has the constraint ${JSON.stringify(name)}, which a row without a value for column "${first}" fails; that does not travel from`,
        fix: `${alter} drop constraint ${quoted(name)};`,
        isPossible: false,
        isSafe: false,
      };
    }),
  ];
}

function refusalOf(
  table: TableState,
  { name, notNull, typeBelow }: ColumnState,
  value: Known,
  alter: string,
): readonly Refusal[] {
  const use = planOf(table, name)?.type;
  const domains = use === undefined ? [] : domainsOf(table.blueprint.types, use);
  const judged = domains.flatMap((domain) => judge(domain, value));
  const isNull = notNull && value === null;
  if (!isNull && judged.length === 0) return [];
  // Without the domain, whose default goes with it.
  const parts = [
    ...(judged.length > 0 && typeBelow !== undefined ? [`type ${typeBelow}`] : []),
    ...(isNull ? ["drop not null"] : []),
  ];
  const [first] = judged.toSorted((left, right) => Number(left.isPossible) - Number(right.isPossible));
  const isPossible = !isNull && first?.isPossible === true;
  return [
    {
      what: `${isPossible ? "may need" : "needs"} a value for column "${name}"${reason(isNull, first)}, which does not travel from`,
      fix: `${alter} ${parts.map((part) => `alter column ${quoted(name)} ${part}`).join(", ")};`,
      isPossible,
      isSafe: judged.length === 0,
    },
  ];
}

function reason(isNull: boolean, first: Judgement | undefined): string {
  return isNull || first === undefined ? "" : ` (${first.what})`;
}

interface Judgement {
  readonly what: string;
  readonly isPossible: boolean;
}

function judge(domain: Domain, value: Known): readonly Judgement[] {
  const type = `type ${domain.schema}.${domain.name}`;
  if (domain.notNull && value === null) return [{ what: `${type} takes no null`, isPossible: false }];
  const failed = domain.checks.filter(({ expression }) => evaluate(expression, given(value)) === false);
  const unread = value === undefined ? [] : (domain.unread ?? []);
  return [
    ...failed.map((check) => ({ what: `check ${check.name} of ${type} fails without`, isPossible: false })),
    ...unread.map((check) => ({ what: `check ${check} of ${type} may fail without`, isPossible: true })),
  ];
}

const given = (value: Known): Given => ({ column: () => undefined, value });

/** What PostgreSQL writes where no value is given. */
function valueWithout(table: TableState, column: ColumnState, travelling: ReadonlySet<string>): Known {
  const plan = planOf(table, column.name);
  if (column.isIdentity) return undefined;
  if (column.isGenerated) return plan?.generated && generatedOf(table, plan.generated, travelling);
  if (column.hasDefault) return plan?.default && evaluate(plan.default, NOTHING_GIVEN);
  return plan === undefined ? null : defaultOfType(domainsOf(table.blueprint.types, plan.type)[0]);
}

const NOTHING_GIVEN: Given = { column: () => undefined };

function defaultOfType(domain: Domain | undefined): Known {
  if (domain?.default !== undefined) return evaluate(domain.default, NOTHING_GIVEN);
  return domain?.hasUnreadDefault === true ? undefined : null;
}

function generatedOf(
  table: TableState,
  expression: NonNullable<ColumnPlan["generated"]>,
  travelling: ReadonlySet<string>,
): Known {
  // One that is generated reads none that is.
  const read = table.columns.filter(
    ({ name, isGenerated }) => columnsOf(expression).includes(name) && !isGenerated,
  );
  const values = new Map(
    read
      .filter(({ name }) => !travelling.has(name))
      .map((column) => [column.name, valueWithout(table, column, travelling)]),
  );
  return evaluate(expression, { column: (name) => values.get(name) });
}

function planOf({ blueprint }: TableState, name: string): ColumnPlan | undefined {
  return blueprint.columns.find((column) => column.name === name);
}

/** The domain that a type is, and those below it. */
function domainsOf(types: readonly OwnTypePlan[], use: TypeUse): readonly Domain[] {
  const found = use.isArray ? undefined : types.find((type) => isCalled(type, use));
  if (found?.kind !== "domain") return [];
  return [found, ...domainsOf(types, found.base)];
}

function isCalled(type: QualifiedName, { schema, name }: QualifiedName): boolean {
  return type.schema === schema && type.name === name;
}
