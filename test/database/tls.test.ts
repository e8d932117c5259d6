import { execFile } from "node:child_process";
import { chown, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { beforeAll, describe, expect, test } from "vitest";

import { ConnectionError } from "../../src/domain/errors.ts";
import { openClient } from "../../src/postgres/client.ts";
import { connect } from "../../src/postgres/session.ts";
import { useTestCluster } from "../support/cluster.ts";
import { query } from "../support/sql.ts";

const cluster = useTestCluster();
const run = promisify(execFile);
const file = (name: string): string => path.join(cluster.cluster.directory, "data", name);

/** A certificate that signs itself, for `localhost` and not for 127.0.0.1. */
async function certificate(name: string): Promise<void> {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const out = ["-keyout", file(`${name}.key`), "-out", file(`${name}.crt`)];
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, ...out]);
  const { uid, gid } = await stat(file("PG_VERSION"));
  await chown(file(`${name}.key`), uid, gid);
}

beforeAll(async () => {
  await certificate("server");
  await certificate("other");
  await query(cluster.dsn, "alter system set ssl = on");
  await query(cluster.dsn, "select pg_reload_conf()");
});

const node = (parameters: string, host = "127.0.0.1") => ({
  name: "east",
  dsn: `${cluster.dsn.replace("127.0.0.1", host)}?${parameters}`,
});

/** Whether the connection of either driver is encrypted; they must agree. */
async function isEncrypted(of: { name: string; dsn: string }): Promise<boolean> {
  const client = await openClient(of);
  const { rows } = await client.query<{ ssl: string }>(
    "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
  );
  await client.end();
  await using session = await connect(of);
  expect(session.node).toBe("east");
  return rows[0]?.ssl === "t";
}
const code = async (of: { name: string; dsn: string }): Promise<string> => {
  const failure: unknown = await connect(of).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConnectionError);
  return (failure as ConnectionError).code;
};

describe("a server with TLS", () => {
  test("is spoken to in plain when that is asked, else encrypted", async () => {
    expect(await isEncrypted(node("sslmode=disable"))).toBe(false);
    expect(await isEncrypted(node(""))).toBe(true);
    expect(await isEncrypted(node("sslmode=require"))).toBe(true);
  });

  test("is believed when the given root signed its certificate", async () => {
    expect(await isEncrypted(node(`sslmode=verify-ca&sslrootcert=${file("server.crt")}`))).toBe(true);
    expect(await code(node(`sslmode=verify-ca&sslrootcert=${file("other.crt")}`))).toBe("tls");
    expect(await code(node(`sslmode=require&sslrootcert=${file("other.crt")}`))).toBe("tls");
  });

  test("must have the name that was dialled, with verify-full", async () => {
    const full = `sslmode=verify-full&sslrootcert=${file("server.crt")}`;
    expect(await isEncrypted(node(full, "localhost"))).toBe(true);
    expect(await code(node(full, "127.0.0.1"))).toBe("tls");
  });

  test("files that are not there are errors of the topology", async () => {
    await expect(connect(node("sslmode=verify-ca&sslrootcert=/nowhere.crt"))).rejects.toThrow(
      /cannot be read/,
    );
    await expect(connect(node("sslmode=sometimes"))).rejects.toThrow(/sslmode=sometimes is not known/);
  });
});
