import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { SCHEMA_VERSION } from "../../src/domain/schema-version.ts";
import { schemaMigrations } from "../../src/postgres/migrations.ts";
import { type Query, definedQueries } from "../../src/postgres/query.ts";
import { useTestCluster } from "../support/cluster.ts";
import { type Steps, nodeSteps, stepsOn } from "../support/steps.ts";

/** Folders whose files are questions; `schema` are migrations, `sandbox` is the example's application. */
/** Folders of files that are more than a query. */
const isQuery = (file: string): boolean => !/^(?:schema|code|sandbox)\//u.test(file);

const nation = useTestCluster();
let steps: Steps;
let sql: postgres.Sql;

/** Types of parameters and columns by name, as the server sees the query. */
interface Description {
  readonly parameters: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

async function describeQuery({ text }: Query<unknown>): Promise<Description> {
  const described = await sql.unsafe(text).describe();
  const columns = described.columns;
  const oids = [...described.types, ...columns.map((column) => column.type)];
  const names = await sql.unsafe(
    `select o.oid::int, t.typname from unnest('{${[...new Set(oids)].join(",")}}'::oid[]) o(oid) join pg_type t on t.oid = o.oid`,
  );
  const nameOf = (oid: number): string => {
    const name = String(names.find((row) => row["oid"] === oid)?.["typname"]);
    return name.startsWith("_") ? `${name.slice(1)}[]` : name;
  };
  return {
    parameters: described.types.map(nameOf),
    columns: columns.map((column) => ({ name: column.name, type: nameOf(column.type) })),
  };
}

async function sourceFiles(): Promise<readonly string[]> {
  const files = await readdir("src", { recursive: true });
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => path.resolve("src", file));
}

beforeAll(async () => {
  for (const file of await sourceFiles())
    if (
      readFileSync(file, "utf8").includes(" = defineQuery(") ||
      readFileSync(file, "utf8").includes(": defineQuery(")
    )
      await import(pathToFileURL(file).href);
  steps = stepsOn([nation]);
  await steps.run("nation", ...nodeSteps("slm", nation).flat());
  sql = postgres(nation.dsn, { max: 1, fetch_types: false, onnotice: () => undefined });
});
afterAll(async () => {
  await steps[Symbol.asyncDispose]();
  await sql.end();
});

test("every file is asked by one query, and every query has its file", async () => {
  const files = (await readdir("sql", { recursive: true })).filter(
    (file) => file.endsWith(".sql") && isQuery(file),
  );
  const asked = definedQueries().map(({ file }) => file);
  expect(asked.filter(isQuery).toSorted()).toEqual(files.toSorted());
});

test("headers say what a query is for and name its parameters with the types that the server sees", async () => {
  const wrong: unknown[] = [];
  for (const found of definedQueries().filter(({ file }) => isQuery(file))) {
    const { parameters } = await describeQuery(found);
    const header = found.text.split("\n").filter((line) => line.startsWith("-- "));
    const declared = header.flatMap((line) => /^-- \$\d+: (\S+)/.exec(line)?.[1] ?? []);
    if (header.length === 0 || JSON.stringify(declared) !== JSON.stringify(parameters))
      wrong.push({ file: found.file, declared, parameters });
  }
  expect(wrong).toEqual([]);
});

test("the server's columns are the row's fields", async () => {
  const wrong: unknown[] = [];
  for (const found of definedQueries()) {
    if (!(found.row instanceof z.ZodObject) || !isQuery(found.file)) continue;
    const fields = Object.keys(found.row.shape).toSorted();
    const columns = (await describeQuery(found)).columns.map(({ name }) => name).toSorted();
    if (fields.length > 0 && JSON.stringify(fields) !== JSON.stringify(columns))
      wrong.push({ file: found.file, fields, columns });
  }
  expect(wrong).toEqual([]);
});

/** Types whose values a session hands on as we mean them; an array of numbers, say, would come as text. */
const READ = [
  "bool",
  "int4",
  "int8",
  "float8",
  "jsonb",
  "text",
  "text[]",
  "void",
  "numeric",
  "uuid",
  "timestamptz",
];

test("no query gives a type that a session does not know how to read", async () => {
  const others: unknown[] = [];
  for (const found of definedQueries().filter(({ file }) => isQuery(file)))
    for (const { name, type } of (await describeQuery(found)).columns)
      if (!READ.includes(type)) others.push({ file: found.file, name, type });
  expect(others).toEqual([]);
});

test("migrations have numbers in order, and the program knows the last one", () => {
  const numbers = schemaMigrations().map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  expect(numbers.at(-1)).toBe(SCHEMA_VERSION);
});
