/** The layering, as a test: prose rules about it do not survive. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A folder imports only what stands to its right. `*` is anything. */
const ALLOWED: Readonly<Record<string, { folders: readonly string[]; packages: readonly string[] }>> = {
  domain: { folders: [], packages: [] },
  topology: { folders: ["domain", "postgres"], packages: ["node", "zod", "yaml", "libpg-query", "croner"] },
  postgres: { folders: ["domain"], packages: ["node", "zod", "postgres", "pg", "pg-copy-streams"] },
  engine: { folders: ["domain", "postgres"], packages: ["zod"] },
  observe: { folders: ["domain", "engine", "postgres"], packages: ["node", "zod", "libpg-query"] },
  plan: { folders: ["domain"], packages: [] },
  host: { folders: ["domain"], packages: ["node", "node-ssh"] },
  verify: { folders: ["domain", "postgres"], packages: ["node", "zod"] },
  trace: { folders: ["domain", "postgres", "topology"], packages: ["node", "zod"] },
  apply: { folders: ["domain", "engine", "host", "postgres", "verify"], packages: ["*"] },
  monitor: { folders: ["domain", "observe"], packages: ["node", "zod"] },
  sandbox: { folders: ["domain", "postgres"], packages: ["*"] },
  cli: { folders: ["*"], packages: ["*"] },
};

interface SourceFile {
  /** Relative to src/, with slashes. */
  readonly path: string;
  readonly text: string;
}

const filesUnder = (folder: string, ending: string): readonly SourceFile[] =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => ({ path, text: readFileSync(`${root}${folder}/${path}`, "utf8") }));

const sources = filesUnder("src", ".ts").filter(({ path }) => !path.endsWith(".test.ts"));
const folderOf = ({ path }: SourceFile): string => (path.includes("/") ? (path.split("/")[0] ?? "") : "");
const inFolders = (...names: string[]): readonly SourceFile[] =>
  sources.filter((file) => names.includes(folderOf(file)));

/** Comments and the texts of strings out of the way, so that words in them do not count. */
const codeOf = ({ text }: SourceFile): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|"(?:\\.|[^"\\\n])*"/gmu, "");

const offenders = (files: readonly SourceFile[], pattern: RegExp): readonly string[] =>
  files.filter((file) => pattern.test(codeOf(file))).map(({ path }) => path);

const IMPORT =
  /^(?:import|export)\s[^;"]*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gmu;

const importsOf = ({ text }: SourceFile): readonly string[] =>
  [...text.matchAll(IMPORT)].map(
    (found) => found.slice(1).find((specifier) => specifier !== undefined) ?? "",
  );

/** `../domain/step.ts` in plan/plan.ts → domain; `yargs/helpers` → yargs; `node:fs` → node. */
function targetOf(file: SourceFile, specifier: string): { folder?: string; name?: string } {
  if (specifier.startsWith(".")) {
    const path = new URL(specifier, `file:///${file.path}`).pathname.slice(1);
    return { folder: path.includes("/") ? (path.split("/")[0] ?? "") : "" };
  }
  const isNode = specifier.startsWith("node:") || builtinModules.includes(specifier);
  return {
    name: isNode
      ? "node"
      : specifier
          .split("/")
          .slice(0, specifier.startsWith("@") ? 2 : 1)
          .join("/"),
  };
}

test("a folder imports only what the table allows", () => {
  const allows = (list: readonly string[], name: string): boolean =>
    list.includes("*") || list.includes(name);
  const broken = sources.flatMap((file) => {
    const own = folderOf(file);
    const rule = ALLOWED[own];
    // The package's own entry passes on what it exports.
    if (own === "") return [];
    if (rule === undefined) return [`${file.path} is in a folder that the table does not know`];
    return importsOf(file).flatMap((specifier) => {
      const { folder, name } = targetOf(file, specifier);
      const isFine =
        folder === undefined
          ? allows(rule.packages, name ?? "")
          : folder === own || allows(rule.folders, folder);
      return isFine ? [] : [`${file.path} imports ${specifier}`];
    });
  });
  expect(broken).toEqual([]);
});

test("engines do not import each other", () => {
  const broken = inFolders("engine").flatMap((file) => {
    const own = file.path.split("/")[1] ?? "";
    const others = importsOf(file).filter((specifier) => /\.\.\/(?:pglogical|native)\//u.test(specifier));
    return own.endsWith(".ts") ? [] : others.map((specifier) => `${file.path} imports ${specifier}`);
  });
  expect(broken).toEqual([]);
});

test("domain and plan are pure: no waiting, no clock, no chance", () => {
  const impure =
    /\basync\b|\bawait\b|\bPromise\b|\bDate\b|\bMath\.random\b|\bprocess\b|\bperformance\b|\bcrypto\b/u;
  expect(offenders(inFolders("domain", "plan"), impure)).toEqual([]);
});

test("only main.ts ends the process and reads the command line", () => {
  const others = sources.filter(({ path }) => path !== "cli/main.ts");
  expect(offenders(others, /\bprocess\.(?:exit|exitCode|argv|abort)\b/u)).toEqual([]);
});

test("only domain/server.ts compares server versions", () => {
  const others = sources.filter(({ path }) => path !== "domain/server.ts");
  expect(offenders(others, /\bversionNum\b[\s)/\d_]*(?:[<>]|[!=]==)|[<>=]\s*[\w.]*\bversionNum\b/u)).toEqual(
    [],
  );
});

test("only command.ts knows yargs, and nobody imports main.ts", () => {
  const importers = (name: RegExp): readonly string[] =>
    sources
      .filter((file) => importsOf(file).some((specifier) => name.test(specifier)))
      .map(({ path }) => path);
  expect(importers(/^yargs/u)).toEqual(["cli/command.ts"]);
  expect(importers(/\/main\.ts$/u)).toEqual([]);
});

test("every query under sql/ is named once, and every file that is named exists", () => {
  // sql/schema and sql/code are read as a whole.
  const queries = filesUnder("sql", ".sql").filter(({ path }) => !/^(?:schema|code)\//u.test(path));
  const named = sources.flatMap(({ text }) =>
    [...text.matchAll(/"((?:[\w-]+\/)*[\w-]+\.sql)"/gu)].map(([, name]) => name ?? ""),
  );
  const isNamed = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);
  const uses = queries.map(({ path }) => `${path}: ${named.filter((name) => isNamed(path, name)).length}`);
  expect(uses).toEqual(queries.map(({ path }) => `${path}: 1`));
  expect(named.filter((name) => !queries.some(({ path }) => isNamed(path, name)))).toEqual([]);
});
