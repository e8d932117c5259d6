/**
 * What a node tells of how a table is made. The server may be hostile: whatever is not of this shape is no answer, and what is
 * of it is still only a name, a number, or text to be read by `readExpression`.
 */
import { z } from "zod";

/** No name of PostgreSQL's is longer than 63 bytes. */
const name = z
  .string()
  .min(1)
  .max(63)
  .refine((text) => !text.includes("\0"));
const text = z.string().max(100_000);
const flag = z.boolean();
const qualifiedName = z.object({ schema: name, name });

const type = z.object({
  schema: name,
  name,
  isArray: flag,
  /** `atttypmod`, -1 for none. */
  modifier: z.int().min(-1),
  /** As its type prints it, of types that are not of pg_catalog. */
  modifierText: text.nullish(),
  /** `typtype` of the type, or of the array's elements. */
  kind: z.string().max(1),
  /** What a domain is one of, in the end. */
  base: qualifiedName.nullish(),
});

const check = z.object({ name, expression: text.nullable() });

const ownType = z.object({
  schema: name,
  name,
  kind: z.string().max(1),
  extension: qualifiedName.nullish(),
  labels: z.array(z.string().max(63)).max(100_000),
  base: type.nullish(),
  collation: qualifiedName.nullish(),
  notNull: flag,
  default: text.nullish(),
  checks: z.array(check),
  attributes: z.array(z.object({ name, type, collation: qualifiedName.nullish() })),
});

const column = z.object({
  name,
  type,
  collation: qualifiedName.nullish(),
  notNull: flag,
  identity: z.enum(["", "a", "d"]),
  generated: z.string().max(1),
  expression: text.nullish(),
});

const key = z.object({
  name,
  isPrimary: flag,
  columns: z.array(name).min(1),
  include: z.array(name),
  nullsNotDistinct: flag,
  isDeferrable: flag,
  isDeferred: flag,
});

const index = z.object({
  name,
  isUnique: flag,
  nullsNotDistinct: flag,
  method: name,
  predicate: text.nullish(),
  include: z.array(name),
  parts: z
    .array(
      z.object({
        column: name.nullish(),
        expression: text.nullish(),
        collation: qualifiedName.nullish(),
        operatorClass: qualifiedName.nullish(),
        isDescending: flag,
        nullsFirst: flag,
      }),
    )
    .min(1),
});

export const tableFacts = z.object({
  types: z.array(ownType),
  columns: z.array(column),
  keys: z.array(key),
  checks: z.array(check),
  exclusions: z.array(name),
  indexes: z.array(index),
});

export type TableFacts = z.infer<typeof tableFacts>;
export type TypeFacts = z.infer<typeof type>;
export type OwnTypeFacts = z.infer<typeof ownType>;
export type ColumnFacts = z.infer<typeof column>;
export type IndexFacts = z.infer<typeof index>;
