/**
 * What a table is made of, as facts: from these it is made anew on another node. Names, labels and constants are what another
 * server says they are, so they are quoted wherever they go; everything else is a word or a number of ours.
 */
import { columnsOf, type Expression } from "./expression.ts";

/** Names that the making of a table ends in; `schema` and `name` are another server's words. */
export interface QualifiedName {
  readonly schema: string;
  readonly name: string;
}

/** A type as it is used: by name, with its modifiers, as an array or not. */
export interface TypeUse extends QualifiedName {
  readonly isArray: boolean;
  /** What stands between the parentheses, e.g. 12 and 2 of numeric(12, 2). Each is a number or a word. */
  readonly modifiers: readonly string[];
}

export interface ColumnPlan {
  readonly name: string;
  readonly type: TypeUse;
  /** When it is not the type's own. */
  readonly collation?: QualifiedName;
  readonly notNull: boolean;
  readonly identity?: "always" | "by default";
  readonly default?: Expression;
  readonly generated?: Expression;
}

/** A primary key or a unique constraint. */
export interface KeyPlan {
  readonly name: string;
  readonly isPrimary: boolean;
  readonly columns: readonly string[];
  readonly include: readonly string[];
  readonly nullsNotDistinct: boolean;
  readonly timing: "immediate" | "deferrable" | "deferred";
}

export interface CheckPlan {
  readonly name: string;
  readonly expression: Expression;
  /** Columns that it reads. */
  readonly columns: readonly string[];
}

/** An index that stands for no constraint. */
export interface IndexPlan {
  readonly name: string;
  readonly isUnique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly method: string;
  readonly parts: readonly IndexPart[];
  readonly include: readonly string[];
  readonly predicate?: Expression;
  /** Columns that it reads anywhere. */
  readonly columns: readonly string[];
}

export interface IndexPart {
  /** A column alone, or an expression. */
  readonly value: Expression;
  readonly collation?: QualifiedName;
  /** Of `pg_catalog`, when it is not the type's default. */
  readonly operatorClass?: string;
  readonly isDescending: boolean;
  readonly nullsFirst: boolean;
}

/** A type that is made before the table, unless it is there. */
export type OwnTypePlan = QualifiedName &
  (
    | { readonly kind: "enum"; readonly labels: readonly string[] }
    | {
        readonly kind: "domain";
        readonly base: TypeUse;
        readonly collation?: QualifiedName;
        readonly notNull: boolean;
        readonly checks: readonly Omit<CheckPlan, "columns">[];
        /** What a column without a default of its own gets; the type is made without it. */
        readonly default?: Expression;
        /** It has a default that was not read. */
        readonly hasUnreadDefault?: true;
        /** Checks that were not read. */
        readonly unread?: readonly string[];
      }
    | {
        readonly kind: "composite";
        readonly attributes: readonly {
          readonly name: string;
          readonly type: TypeUse;
          readonly collation?: QualifiedName;
        }[];
      }
  );

/** Something of the original that the table is made without. */
export interface Omission {
  /** What it is, e.g. `check "positive"`. */
  readonly what: string;
  /** Why, in words of ours. */
  readonly why: string;
  /** The columns that it is about, where it is about some. */
  readonly columns: readonly string[];
}

export interface Blueprint {
  /** Extensions whose types its columns have; `schema` is where the extension is. */
  readonly extensions: readonly QualifiedName[];
  /** In the order in which they can be made. */
  readonly types: readonly OwnTypePlan[];
  readonly columns: readonly ColumnPlan[];
  readonly keys: readonly KeyPlan[];
  readonly checks: readonly CheckPlan[];
  readonly indexes: readonly IndexPlan[];
  readonly omissions: readonly Omission[];
}

/** The table with these columns left away, and all that reads them. */
export function withoutColumns(blueprint: Blueprint, gone: readonly string[]): Blueprint {
  if (gone.length === 0) return blueprint;
  const lost = new Set(gone);
  const stays = ({ columns }: { readonly columns: readonly string[] }): boolean =>
    columns.every((column) => !lost.has(column));
  const reads = (column: ColumnPlan): readonly string[] => [
    column.name,
    ...(column.generated === undefined ? [] : columnsOf(column.generated)),
  ];
  const columns = blueprint.columns.filter((column) => stays({ columns: reads(column) }));
  return {
    ...blueprint,
    types: neededTypes(blueprint.types, columns),
    columns,
    keys: blueprint.keys.filter((key) => stays({ columns: [...key.columns, ...key.include] })),
    checks: blueprint.checks.filter(stays),
    indexes: blueprint.indexes.filter((index) => stays({ columns: [...index.columns, ...index.include] })),
    omissions: blueprint.omissions.filter(stays),
  };
}

/** Of types in the order in which they are made: those that the columns have, or are made of. */
function neededTypes(types: readonly OwnTypePlan[], columns: readonly ColumnPlan[]): readonly OwnTypePlan[] {
  const key = ({ schema, name }: QualifiedName): string => JSON.stringify([schema, name]);
  const needed = new Set(columns.map(({ type }) => key(type)));
  for (const type of types.toReversed()) {
    if (!needed.has(key(type))) continue;
    if (type.kind === "domain") needed.add(key(type.base));
    if (type.kind === "composite") for (const attribute of type.attributes) needed.add(key(attribute.type));
  }
  return types.filter((type) => needed.has(key(type)));
}
