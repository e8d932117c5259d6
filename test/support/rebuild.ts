/** A node's database moved into a fresh cluster by dump, as a DBA does it after a loss or for another major. */
import { execFileSync } from "node:child_process";
import path from "node:path";

import { cleanEnvironment, runProgram } from "../../src/sandbox/command.ts";
import { giveTo, serverUser } from "../../src/sandbox/os-user.ts";
import { testBinaries } from "./cluster-binaries.ts";
import { TEST_DATABASE, type TestNode } from "./cluster.ts";

const ROLE = ["-U", "postgres"];

async function program(name: string, ...programArguments: readonly string[]): Promise<void> {
  const { directory } = await testBinaries();
  await runProgram(path.join(directory, name), programArguments, serverUser());
}

const place = (node: TestNode): readonly string[] => [
  "-h",
  "127.0.0.1",
  "-p",
  String(node.cluster.port),
  ...ROLE,
];

const rolesOf = (node: TestNode): string => path.join(node.cluster.directory, "roles.sql");

/** pg_dump of the whole database, and the cluster's roles, into a file beside the cluster's data; the database's file. */
export async function dump(node: TestNode, format: "custom" | "plain"): Promise<string> {
  const file = path.join(node.cluster.directory, `dump.${format}`);
  await program("pg_dumpall", ...place(node), "--roles-only", "-f", rolesOf(node));
  await program("pg_dump", ...place(node), "-d", TEST_DATABASE, "-F", format, "-f", file);
  return file;
}

/** A new cluster under the old address, and the dump in it. Every object gets another OID. */
export async function rebuildFrom(node: TestNode, file: string): Promise<void> {
  const { cluster } = node;
  const data = path.join(cluster.directory, "data");
  await cluster.stop("immediate");
  const old = `${data}.old`;
  execFileSync("mv", [data, old], { env: cleanEnvironment() });
  await program(
    "initdb",
    "-N",
    ...ROLE,
    "-E",
    "UTF8",
    "--no-locale",
    "--no-instructions",
    "-A",
    "trust",
    "-D",
    data,
  );
  for (const name of ["sandbox.conf", "postgresql.conf"]) {
    execFileSync("cp", [path.join(old, name), path.join(data, name)]);
    giveTo(serverUser(), path.join(data, name));
  }
  execFileSync("rm", ["-r", old]);
  await cluster.start();
  await program("createdb", ...place(node), TEST_DATABASE);
  // Without ON_ERROR_STOP: the role that initdb made is in it, too.
  await program("psql", ...place(node), "-d", "postgres", "-q", "-f", rolesOf(node));
  const target = [...place(node), "-d", TEST_DATABASE];
  if (file.endsWith("plain")) await program("psql", ...target, "-q", "-v", "ON_ERROR_STOP=1", "-f", file);
  else await program("pg_restore", ...target, "--exit-on-error", "-j", "2", file);
}
