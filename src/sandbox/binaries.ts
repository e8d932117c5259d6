/** Finds PostgreSQL's programs on this machine. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { PreconditionError } from "../domain/errors.ts";
import { runProgram } from "./command.ts";

export interface Binaries {
  /** Where initdb, postgres and psql are. */
  readonly directory: string;
  /** As people read it: "15.20". */
  readonly version: string;
  readonly hasPglogical: boolean;
  /** The server has the setting `output_plugin_libraries`; others refuse to start with it. */
  readonly listsOutputPlugins: boolean;
}

export interface BinariesOptions {
  /** Look here only: the folder of the programs, or the one above it. */
  readonly directory?: string;
  /** Default: pglogical is needed. */
  readonly withoutPglogical?: boolean;
}

const OLDEST_MAJOR = 15;
const DEBIAN_ROOT = "/usr/lib/postgresql";
const INSTALL = "apt-get install postgresql-15 postgresql-15-pglogical";

/** The programs to use: the given folder, else the first of pg_config's and Debian's that has what is needed. */
export async function findBinaries(options: BinariesOptions = {}): Promise<Binaries> {
  const found: Binaries[] = [];
  for (const directory of await candidates(options.directory)) {
    const binaries = await inspect(directory);
    if (Number.parseInt(binaries.version, 10) < OLDEST_MAJOR) continue;
    if (binaries.hasPglogical || options.withoutPglogical === true) return binaries;
    found.push(binaries);
  }
  const where = options.directory === undefined ? "on this machine" : `in "${options.directory}"`;
  const first = found[0];
  throw new PreconditionError(
    first === undefined
      ? `there is no server of PostgreSQL ${OLDEST_MAJOR} or later ${where}`
      : `PostgreSQL ${first.version} in "${first.directory}" has no pglogical`,
    {
      code: first === undefined ? "postgres-missing" : "pglogical-missing",
      hint: `Install it (Debian: ${INSTALL}), or say where it is with --postgres DIR.`,
    },
  );
}

async function candidates(given: string | undefined): Promise<readonly string[]> {
  const directories =
    given === undefined
      ? [...(await pgConfigDirectory()), ...debianDirectories()]
      : [path.resolve(given), path.resolve(given, "bin")];
  return [...new Set(directories)].filter((directory) =>
    ["initdb", "postgres", "createdb"].every((program) => existsSync(path.join(directory, program))),
  );
}

async function pgConfigDirectory(): Promise<readonly string[]> {
  try {
    return [(await runProgram("pg_config", ["--bindir"])).trim()];
  } catch {
    return [];
  }
}

/** Newest major first. */
function debianDirectories(): readonly string[] {
  if (!existsSync(DEBIAN_ROOT)) return [];
  return readdirSync(DEBIAN_ROOT)
    .sort((left, right) => Number(right) - Number(left))
    .map((major) => path.join(DEBIAN_ROOT, major, "bin"));
}

async function inspect(directory: string): Promise<Binaries> {
  const postgres = path.join(directory, "postgres");
  const [version, settings, libraries] = await Promise.all([
    runProgram(postgres, ["--version"]),
    runProgram(postgres, ["--describe-config"]),
    libraryDirectory(directory),
  ]);
  return {
    directory,
    version: /\d+(\.\d+|\w+)/.exec(version)?.[0] ?? version.trim(),
    hasPglogical: ["so", "dylib"].some((ending) => existsSync(path.join(libraries, `pglogical.${ending}`))),
    listsOutputPlugins: /^output_plugin_libraries\t/m.test(settings),
  };
}

/** pg_config knows; without it, where both Debian and a build from source put libraries. */
async function libraryDirectory(directory: string): Promise<string> {
  const pgConfig = path.join(directory, "pg_config");
  if (existsSync(pgConfig)) return (await runProgram(pgConfig, ["--pkglibdir"])).trim();
  return path.resolve(directory, "..", "lib");
}
