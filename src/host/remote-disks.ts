/** The disks of machines that are reached over SSH: looked at beside everything else, and never waited for. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { NodeSSH } from "node-ssh";

import type { SshAddress } from "../domain/topology.ts";
import type { MachineSight, Mount } from "../domain/vitals.ts";
import { keysIn, knownKeys } from "./known-hosts.ts";
import { programCommand, readProgram } from "./program.ts";

const LOOK_EVERY_MS = 60_000;
const LIMIT_MS = 15_000;
/** Older than that, what was seen says nothing of now. */
const FORGET_MS = 300_000;

/** Folders by the name of what is in them: `data`, `wal`, `ts:…`. */
export type Folders = ReadonlyMap<string, string>;

export class RemoteDisks {
  readonly #machines = new Map<string, Machine>();
  readonly #onTrouble: (text: string) => void;

  constructor(onTrouble: (text: string) => void) {
    this.#onTrouble = onTrouble;
  }

  /** What was last seen under a node; looks again beside that when it is time to. */
  latest(node: string, address: SshAddress, folders: Folders): MachineSight | undefined {
    const machine = this.#machines.get(node) ?? new Machine(node, this.#onTrouble);
    this.#machines.set(node, machine);
    return machine.latest(address, folders);
  }

  close(): void {
    for (const machine of this.#machines.values()) machine.close();
  }
}

class Machine {
  readonly #node: string;
  readonly #onTrouble: (text: string) => void;
  #ssh: NodeSSH | undefined;
  #isLooking = false;
  #lookedAt = 0;
  #seen: { readonly at: number; readonly sight: MachineSight } | undefined;
  #trouble = "";

  constructor(node: string, onTrouble: (text: string) => void) {
    this.#node = node;
    this.#onTrouble = onTrouble;
  }

  latest(address: SshAddress, folders: Folders): MachineSight | undefined {
    if (!this.#isLooking && Date.now() - this.#lookedAt >= LOOK_EVERY_MS) void this.#look(address, folders);
    return this.#seen !== undefined && Date.now() - this.#seen.at < FORGET_MS ? this.#seen.sight : undefined;
  }

  close(): void {
    this.#ssh?.dispose();
    this.#ssh = undefined;
  }

  async #look(address: SshAddress, folders: Folders): Promise<void> {
    this.#isLooking = true;
    this.#lookedAt = Date.now();
    const limit = setTimeout(() => this.close(), LIMIT_MS);
    try {
      this.#ssh ??= await connect(address);
      const { stdout, stderr, code } = await this.#ssh.execCommand(commandFor(folders));
      const mounts = readDisks(stdout, folders);
      if (mounts.length === 0) throw new Error(stderr.trim() || `df ended with code ${code}`);
      const programChangedAt = readProgram(stdout);
      this.#seen = {
        at: Date.now(),
        sight: { mounts, ...(programChangedAt === undefined ? {} : { programChangedAt }) },
      };
      this.#trouble = "";
    } catch (error) {
      this.close();
      this.#tell((error as Error).message);
    } finally {
      clearTimeout(limit);
      this.#isLooking = false;
    }
  }

  /** Once, and not again each minute. */
  #tell(trouble: string): void {
    if (trouble !== this.#trouble)
      this.#onTrouble(`node "${this.#node}": its disks cannot be looked at over SSH: ${trouble}`);
    this.#trouble = trouble;
  }
}

async function connect({ host, port, user, key, hostKey }: SshAddress): Promise<NodeSSH> {
  const wanted = hostKey === undefined ? knownKeys(knownHosts(), host, port) : keysIn(hostKey);
  if (wanted.length === 0)
    throw new Error(
      `the key of ${host} is not known: add it to known_hosts (ssh-keyscan ${host}), or to host_key`,
    );
  const agent = process.env["SSH_AUTH_SOCK"];
  // Megabytes that few need.
  const { NodeSSH: Client } = await import("node-ssh");
  return await new Client().connect({
    host,
    port,
    username: user,
    ...(key === undefined ? (agent === undefined ? {} : { agent }) : { privateKeyPath: key }),
    readyTimeout: LIMIT_MS,
    keepaliveInterval: LIMIT_MS,
    hostVerifier: (found: Buffer) => wanted.includes(found.toString("base64")),
  });
}

function knownHosts(): string {
  try {
    return readFileSync(path.join(homedir(), ".ssh", "known_hosts"), "utf8");
  } catch {
    return "";
  }
}

/** A folder that is not there leaves a line out, and the others stand. */
function commandFor(folders: Folders): string {
  const paths = [...folders.values()].map((folder) => `'${folder.replaceAll("'", `'\\''`)}'`);
  const data = folders.get("data");
  const program = data === undefined ? "" : `; ${programCommand(data)}`;
  return `LC_ALL=C df -B1 --output=source,size,avail,file ${paths.join(" ")}${program}`;
}

/** Each file system once, by the first folder that is on it. */
export function readDisks(text: string, folders: Folders): readonly Mount[] {
  const seen = new Set<string>();
  return text.split("\n").flatMap((line) => {
    const [, source = "", size, avail, folder] = /^(.*\S)\s+(\d+)\s+(\d+)\s+(\/.*)$/u.exec(line) ?? [];
    const mount = [...folders].find(([, known]) => known === folder)?.[0];
    if (mount === undefined || seen.has(source)) return [];
    seen.add(source);
    return [{ mount, sizeBytes: Number(size), availBytes: Number(avail) }];
  });
}
