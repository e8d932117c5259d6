import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTopology, type ParseOptions } from "./parse.ts";

const example = readFileSync(new URL("../../examples/three-tiers/topology.yaml", import.meta.url), "utf8");

const options: ParseOptions = {
  file: "t.yaml",
  environment: (name) => (name === "UNSET" ? undefined : "p@ss/word?#%"),
  readFile: (path) => {
    if (path === "missing") throw Object.assign(new Error("no"), { code: "ENOENT" });
    return "from file\n";
  },
};

const parse = (text: string) => parseTopology(text, options);

/** Problems as people read them. */
async function complaints(text: string): Promise<readonly string[]> {
  const result = await parse(text);
  if (result.ok) return [];
  return result.problems.map(({ line, column, message, hint }) =>
    [`${line}:${column} ${message}`, ...(hint === undefined ? [] : [hint])].join(" | "),
  );
}

/** A sound file with some lines changed. */
const file = (change: { nodes?: string; tables?: string; head?: string } = {}): string => `version: 1
project: slm
${change.head ?? "engine: pglogical"}
sets:
  knowledge:
    tables:
${change.tables ?? "      public.document: {}"}
nodes:
${
  change.nodes ??
  `  top: { tier: nation, dsn: "postgresql://me@a/db" }
  low: { tier: district, upstream: top, dsn: "postgresql://me@b/db" }`
}
`;

test("the example parses into a topology", async () => {
  const result = await parse(example);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.warnings).toEqual([]);
  const { topology } = result;
  expect(topology).toMatchObject({
    project: "slm",
    tiers: ["district", "region", "nation"],
  });
  expect(topology.sets).toEqual([
    {
      name: "knowledge",
      tables: [
        {
          schema: "public",
          table: "document",
          where: "status = 'approved'",
          onLeave: "retract",
          protect: "refuse",
        },
        { schema: "public", table: "category", onLeave: "retract", protect: "refuse" },
        {
          schema: "public",
          table: "attachment",
          where: "approved",
          columns: ["id", "document_id", "file_name", "approved"],
          onLeave: "retract",
          protect: "refuse",
        },
      ],
    },
  ]);
  expect(topology.nodes.map(({ name, upstream, sets }) => [name, upstream, sets])).toEqual([
    ["nation", undefined, []],
    ["east", "nation", ["knowledge"]],
    ["west", "nation", ["knowledge"]],
    ["district-a", "east", ["knowledge"]],
    ["district-b", "east", ["knowledge"]],
    ["district-c", "east", ["knowledge"]],
    ["district-d", "west", ["knowledge"]],
  ]);
  expect(topology.nodes[3]?.dsn).toBe(
    "postgresql://postgres:p%40ss%2Fword%3F%23%25@district-a.example.org/slm",
  );
  expect(topology.nodes[1]?.linkDsn).toMatch(
    /^postgresql:\/\/tributary_slm_link_east@10\.0\.0\.7:5432\/slm\?.*sslmode=verify-full/,
  );
});

test("shared tables, and what they cannot have", async () => {
  const tables = (...settings: readonly string[]): string =>
    settings.map((each, index) => `      public.t${index}: { ${each} }`).join("\n");
  const result = await parse(
    file({ tables: tables("shared: true", "shared: false", "shared: true, protect: warn") }),
  );
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.topology.sets[0]?.tables.map(({ shared }) => shared)).toEqual([true, undefined, true]);
  expect(
    await complaints(
      file({ tables: tables("shared: true, on_leave: keep", "shared: true, protect: off", "shared: yes") }),
    ),
  ).toEqual([
    "7:44 public.t0 is shared, and cannot have on_leave: a row that one node no longer approves would wait for that node for ever",
    "8:43 public.t1 is shared, and cannot have protect: a change by hand would not be held against what the other nodes have",
    '9:28 "shared" is a text, needs to be boolean',
  ]);
});

test("text that is not YAML, or no map, is one clear problem", async () => {
  expect(await complaints("version: 1\n\tproject: x\n")).toEqual([
    "2:1 Tabs are not allowed as indentation | Indent with spaces.",
  ]);
  expect(await complaints("nodes: [1\nb: 2")).toHaveLength(1);
  expect(await complaints("")).toEqual(["1:1 the file is empty or no map of keys to values"]);
  expect(await complaints("- 1\n")).toEqual(["1:1 the file is empty or no map of keys to values"]);
  expect((await complaints("a: *x\n"))[0]).toContain("Unresolved alias");
});

test("every problem is reported at once, each where it is", async () => {
  const text = `version: 2
projekt: slm
engine: pglogcal
tiers: [district, nation]
sets:
  knowledge:
    tables:
      document: {}
      public.category:
nodes:
  nation: { tier: nation, dsn: "postgresql://me@a/db" }
  East:
    tier: region
    upstream: naton
    dns: postgresql://me@b/db
  east:
    tier: nation
    upstream: nation
    dsn: postgresql://me:\${env:UNSET}@c/db
    sets: [knowlege]
    sets: [knowledge]
`;
  expect(await complaints(text)).toEqual(
    [
      '1:10 "version" is 2, needs to be 1',
      '1:1 "project" is missing',
      '2:1 unknown key "projekt" | Did you mean "project"?',
      '3:9 "engine" is "pglogcal", needs to be one of pglogical, native | Did you mean "pglogical"?',
      "8:7 table document has no schema | Write public.document, or the schema it is in.",
      '9:7 "public.category" is empty, needs to be a map | Write {} to send the whole table.',
      '12:3 "dsn" is missing',
      '12:3 "East": names are lower-case letters and digits, in words joined by - or _, and start with a letter',
      '13:11 there is no tier "region"',
      '14:15 there is no node "naton" | Did you mean "nation"?',
      '15:5 unknown key "dns" | Did you mean "dsn"?',
      '18:15 "east" is of tier "nation", and its upstream "nation" of tier "nation", which is not above',
      "19:10 environment variable UNSET is not set | Set it: export UNSET=…",
      "21:5 this key is given twice",
    ].toSorted((left, right) => {
      const [a = 0, b = 0] = [left, right].map((line) => Number.parseInt(line, 10));
      const [c = 0, d = 0] = [left, right].map((line) => Number.parseInt(line.split(":")[1] ?? "", 10));
      return a - b || c - d;
    }),
  );
});

test.each([
  [
    "no root",
    '  a: { tier: region, upstream: b, dsn: "postgresql://m@a/d" }\n  b: { tier: nation, upstream: a, dsn: "postgresql://m@b/d" }',
    ["8:1", "no node is the root"],
  ],
  [
    "two roots",
    '  a: { tier: region, dsn: "postgresql://m@a/d" }\n  b: { tier: nation, dsn: "postgresql://m@b/d" }',
    ["10:3", '"b" has no upstream'],
  ],
  [
    "a cycle",
    '  r: { tier: nation, dsn: "postgresql://m@r/d" }\n  a: { tier: region, upstream: b, dsn: "postgresql://m@a/d" }\n  b: { tier: region, upstream: a, dsn: "postgresql://m@b/d" }',
    ["10:32", "the tree has a cycle: a → b → a"],
  ],
  [
    "itself as upstream",
    '  r: { tier: nation, dsn: "postgresql://m@r/d" }\n  a: { tier: region, upstream: a, dsn: "postgresql://m@a/d" }',
    ["10:32", "cycle: a → a"],
  ],
  [
    "one database twice",
    '  r: { tier: nation, dsn: "postgresql://m@r/d" }\n  a: { tier: region, upstream: r, dsn: "postgresql://x@R:5432/d" }',
    ["10:40", "same database"],
  ],
  [
    "neighbours in one cluster",
    '  r: { tier: nation, dsn: "postgresql://m@127.0.0.1/d" }\n  a: { tier: region, upstream: r, dsn: "postgresql://m@localhost/e" }',
    ["10:40", "in one cluster"],
  ],
  [
    "names that clash",
    '  r: { tier: nation, dsn: "postgresql://m@r/d" }\n  a-b: { tier: region, upstream: r, dsn: "postgresql://m@a/e" }\n  a_b: { tier: region, upstream: r, dsn: "postgresql://m@b/e" }',
    ["11:3", "differ only in - and _"],
  ],
  [
    "a name that is too long",
    `  ${"r".repeat(60)}: { tier: nation, dsn: "postgresql://m@r/d" }`,
    ["9:3", "PostgreSQL keeps 63"],
  ],
  [
    "sets at the root",
    '  r: { tier: nation, dsn: "postgresql://m@r/d", sets: [knowledge] }',
    ["9:49", "sends nothing"],
  ],
  [
    "an engine at the root",
    '  r: { tier: nation, dsn: "postgresql://m@r/d", engine: native }',
    ["9:49", "sends nothing"],
  ],
  [
    "an unreadable secret",
    '  r: { tier: nation, dsn: "postgresql://m:${file:missing}@r/d" }',
    ["9:27", "there is no such file"],
  ],
  [
    "an unknown placeholder",
    '  r: { tier: nation, dsn: "postgresql://m:${vault:x}@r/d" }',
    ["9:27", "neither ${env:NAME}"],
  ],
  ["an incomplete dsn", '  r: { tier: nation, dsn: "postgresql://r" }', ["9:27", "names no user"]],
  [
    "a conninfo as dsn",
    '  r: { tier: nation, dsn: "host=a password=secret" }',
    ["9:27", "not a connection URI"],
  ],
])("%s is a problem", async (_, nodes, [where, words]) => {
  const found = (await complaints(file({ nodes }))).find((line) => line.includes(words ?? ""));
  expect(found).toContain(words);
  expect(found?.split(" ")[0]).toBe(where);
});

test.each([
  ['      "public.Doc": {}', "PostgreSQL reads Doc as doc"],
  ['      public.doc: {}\n      \'"public"."doc"\': {}', "twice"],
  ["      tributary.node: {}", "not a table of an application"],
  ["      public.doc: { columns: [a, a] }", 'column "a" is given twice'],
  ["      public.doc: { columns: [] }", "names no column"],
  ["      public.doc: { where: true }", '"where" is a boolean, needs to be a text'],
  ['      public.doc: { where: "true) or (true" }', "not one expression"],
  ["      public.doc: { on_leave: kepp }", 'Did you mean "keep"?'],
  ['      "My s"."t": {}', "Unexpected scalar"],
  ["      a.b.c: {}", "is not a table's name"],
])("table %s is a problem", async (tables, words) => {
  expect((await complaints(file({ tables }))).join("\n")).toContain(words);
});

test("quoted names with blanks, dots and quotes are tables", async () => {
  const result = await parse(file({ tables: `      '"My schema"."a ""b"".c"': {}` }));
  expect(result.ok && result.topology.sets[0]?.tables[0]).toMatchObject({
    schema: "My schema",
    table: 'a "b".c',
  });
});

test("a table in two sets is a problem", async () => {
  const tables = "      public.doc: {}\n  more:\n    tables:\n      public.doc: {}";
  expect(await complaints(file({ tables }))).toEqual([
    '10:7 public.doc stands in sets "knowledge" and "more", and can be in one only',
  ]);
});

test("the engine of a node is its own, or the file's", async () => {
  const nodes = `
  top: { tier: nation, dsn: "postgresql://me@a/db" }
  one: { tier: district, upstream: top, engine: pglogical, dsn: "postgresql://me@b/db" }
  two: { tier: district, upstream: top, dsn: "postgresql://me@c/db" }`;
  const result = await parse(file({ head: "engine: native", nodes }));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.topology.nodes.map(({ name, engine }) => `${name} ${engine}`)).toEqual([
    "top native",
    "one pglogical",
    "two native",
  ]);
});

test("a literal password is a warning, and no message shows it", async () => {
  const nodes =
    '  r: { tier: nation, dsn: "postgresql://m:hunter2@r/d" }\n  s: { tier: nation, dsn: "postgresql://m@r/d?password=hunter2" }';
  const result = await parse(file({ nodes }));
  expect(result.warnings.map(({ line }) => line)).toEqual([9, 10]);
  expect(JSON.stringify(result)).not.toContain("hunter2");
});

test("a dsn may come whole, or piece by piece, from outside", async () => {
  const nodes = (dsn: string): string => `  r: { tier: nation, dsn: "${dsn}" }`;
  const from = async (dsn: string, environment: Record<string, string>): Promise<string | undefined> => {
    const result = await parseTopology(file({ nodes: nodes(dsn) }), {
      ...options,
      environment: (name) => environment[name],
    });
    return result.ok ? result.topology.nodes[0]?.dsn : JSON.stringify(result.problems);
  };
  expect(await from("${env:ALL}", { ALL: "postgresql://m:x@r/d" })).toBe("postgresql://m:x@r/d");
  expect(await from("postgresql://m@${env:AT}/d", { AT: "h:5433" })).toBe("postgresql://m@h:5433/d");
  expect(await from("postgresql://m:${file:p}@h/d", {})).toBe("postgresql://m:from%20file@h/d");
});

test("500 nodes are as good as five", async () => {
  const lines = Array.from(
    { length: 499 },
    (_, index) => `  d${index}: { tier: district, upstream: top, dsn: "postgresql://me@d${index}/db" }`,
  );
  const nodes = ['  top: { tier: nation, dsn: "postgresql://me@a/db" }', ...lines].join("\n");
  const result = await parse(file({ nodes }));
  expect(result.ok && result.topology.nodes.length).toBe(500);
});

test("whatever the file, parsing ends with a topology or with problems that are inside it", async () => {
  const lines = example.split("\n");
  const damage = fc.record({
    line: fc.nat(lines.length - 1),
    text: fc.oneof(
      fc.constantFrom("", "  ", "\t", "- ", "nodes:", "? :", "&a *a", "'", '"', "{", "[]", "null", "!!x"),
      fc.string(),
    ),
    replaces: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ line, text, replaces }) => {
      const damaged = lines.toSpliced(line, replaces ? 1 : 0, text).join("\n");
      const result = await parse(damaged);
      if (result.ok) return;
      expect(result.problems.length).toBeGreaterThan(0);
      for (const problem of result.problems) {
        expect(problem.line).toBeGreaterThan(0);
        expect(problem.line).toBeLessThanOrEqual(damaged.split(/\r\n|\r|\n/u).length + 1);
        expect(problem.message).not.toContain("p@ss");
      }
    }),
    { numRuns: 300 },
  );
});
