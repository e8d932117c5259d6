/** Disks over a real SSH connection, to a server in this process that runs what it is told. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import ssh2 from "ssh2";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { SshAddress } from "../../src/domain/topology.ts";
import type { MachineSight } from "../../src/domain/vitals.ts";
import { knownKeys } from "../../src/host/known-hosts.ts";
import { RemoteDisks, readDisks } from "../../src/host/remote-disks.ts";
import { eventually } from "../../src/sandbox/eventually.ts";

const keys = {
  host: ssh2.utils.generateKeyPairSync("ed25519"),
  user: ssh2.utils.generateKeyPairSync("ed25519"),
};
let folder: string;
let server: ssh2.Server;
let commands: string[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tributary-test-ssh-"));
  writeFileSync(path.join(folder, "key"), keys.user.private, { mode: 0o600 });
  commands = [];
  server = new ssh2.Server({ hostKeys: [keys.host.private] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      const isUser = context.method === "publickey" && context.username === "postgres";
      if (isUser) context.accept();
      else context.reject(["publickey"]);
    });
    client.on("session", (accept) => {
      accept().on("exec", (acceptCommand, _, { command }) => {
        commands.push(command);
        const stream = acceptCommand();
        execFile("sh", ["-c", command], (error, stdout, stderr) => {
          stream.stderr.write(stderr);
          stream.write(stdout);
          stream.exit(error === null ? 0 : 1);
          stream.end();
        });
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const address = (hostKey: string): SshAddress => ({
  host: "127.0.0.1",
  port: (server.address() as AddressInfo).port,
  user: "postgres",
  key: path.join(folder, "key"),
  hostKey,
});

/** Asks until the look that goes on beside has come to an end. */
async function seen(hostKey: string, folders: ReadonlyMap<string, string>): Promise<MachineSight | string> {
  const troubles: string[] = [];
  const disks = new RemoteDisks((text) => troubles.push(text));
  try {
    return await eventually(() => disks.latest("district-a", address(hostKey), folders) ?? troubles[0], {
      timeoutMs: 20_000,
      what: "the disks are seen, or why not",
    });
  } finally {
    disks.close();
  }
}

test("the file systems under a node, each once, also where a folder has quotes in its name", async () => {
  const odd = path.join(folder, "it's here");
  writeFileSync(odd, "");
  const found = await seen(
    keys.host.public,
    new Map([
      ["data", folder],
      ["wal", `${folder}/no-such`],
      ["ts:odd", odd],
    ]),
  );
  expect(found).toEqual({
    mounts: [
      { mount: "data", sizeBytes: expect.any(Number) as number, availBytes: expect.any(Number) as number },
    ],
  });
  expect(commands).toHaveLength(1);
});

test("a machine that is not the one it was is not told anything", async () => {
  const other = ssh2.utils.generateKeyPairSync("ed25519").public;
  expect(await seen(other, new Map([["data", folder]]))).toMatch(
    /^node "district-a": its disks cannot be looked at over SSH/u,
  );
  expect(commands).toEqual([]);
});

test("folders that nobody may see are told with what df says", async () => {
  expect(await seen(keys.host.public, new Map([["data", `${folder}/no-such`]]))).toMatch(/No such file/u);
});

test("known_hosts: plain, with a port, and hashed", () => {
  const text = [
    "# a comment",
    "one.example.org,10.0.0.1 ssh-ed25519 AAAAone",
    "[one.example.org]:2222 ssh-ed25519 AAAAport",
    // The example of OpenSSH's own manual: 192.168.1.61.
    "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 AAAAhashed",
    "@revoked one.example.org ssh-ed25519 AAAArevoked",
  ].join("\n");
  expect(knownKeys(text, "10.0.0.1", 22)).toEqual(["AAAAone"]);
  expect(knownKeys(text, "one.example.org", 2222)).toEqual(["AAAAport"]);
  expect(knownKeys(text, "192.168.1.61", 22)).toEqual(["AAAAhashed"]);
});

test("pg_wal on a disk of its own; and none of its own", () => {
  const folders = new Map([
    ["data", "/srv/pg data"],
    ["wal", "/srv/pg data/pg_wal"],
  ]);
  const line = (source: string, folder_: string): string => `${source}  1000  400 ${folder_}`;
  const head = "Filesystem 1B-blocks Avail File";
  expect(
    readDisks(
      [head, line("/dev/sda1", "/srv/pg data"), line("/dev/sdb1", "/srv/pg data/pg_wal")].join("\n"),
      folders,
    ),
  ).toEqual([
    { mount: "data", sizeBytes: 1000, availBytes: 400 },
    { mount: "wal", sizeBytes: 1000, availBytes: 400 },
  ]);
  expect(
    readDisks(
      [head, line("/dev/sda1", "/srv/pg data"), line("/dev/sda1", "/srv/pg data/pg_wal")].join("\n"),
      folders,
    ),
  ).toHaveLength(1);
});
