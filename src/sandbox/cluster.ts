/** One PostgreSQL cluster on this machine, in a folder of its own, on a free loopback port. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { PreconditionError } from "../domain/errors.ts";
import type { Statement } from "../domain/statement.ts";
import { identifier } from "../postgres/quote.ts";
import { connect } from "../postgres/session.ts";
import type { Binaries } from "./binaries.ts";
import { cleanEnvironment } from "./command.ts";
import { type Pattern, initialise } from "./data-directory.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { type OsUser, giveTo, serverUser } from "./os-user.ts";
import { childrenOf, isAlive, isReady, postmasterOf, signal } from "./postmaster.ts";
import { configuration } from "./settings.ts";

export interface ClusterOptions {
  /** The folder that holds the cluster's own folder. The user that runs the servers must be able to enter it. */
  readonly directory: string;
  readonly name: string;
  readonly binaries: Binaries;
  readonly settings?: Readonly<Record<string, string>>;
  /** Created after the start, besides `postgres`. */
  readonly databases?: readonly string[];
  /** Default: a free one. */
  readonly port?: number;
  /** Default: whoever reaches the loopback port may connect, which is for tests. */
  readonly access?: Access;
  /** Added to what the server's processes see. */
  readonly environment?: Readonly<Record<string, string>>;
  /** For several clusters that are alike: their files are copied. */
  readonly pattern?: Pattern;
}

/** Connecting takes a password, which both sides read from a libpq passfile. */
interface Access {
  readonly password: string;
  /** Readable for the user that runs the servers, and nobody else. */
  readonly passfile: string;
}

/** fast: ends sessions, writes everything out. immediate: as a crash, but orderly. smart: waits for sessions. */
export type StopMode = "smart" | "fast" | "immediate";

export interface Cluster {
  readonly name: string;
  readonly port: number;
  readonly directory: string;
  readonly logFile: string;
  dsn(database: string): string;
  isRunning(): boolean;
  start(): Promise<void>;
  /** Nothing when it does not run. */
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL to the postmaster and all its children, and waits until they are gone. */
  kill(): Promise<void>;
  /** SIGSTOP to all processes: connections stay open and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 90_000;
const PORT_ATTEMPTS = 5;

/** Makes a cluster, starts it and creates its databases. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const user = serverUser();
  const directory = path.join(options.directory, options.name);
  await mkdir(directory);
  giveTo(user, directory);
  const cluster = new LocalCluster(options, directory, user);
  await cluster.initialise();
  await cluster.startOnFreePort(options.port);
  await cluster.createDatabases(options.databases ?? []);
  return cluster;
}

class LocalCluster implements Cluster {
  readonly name: string;
  readonly directory: string;
  readonly logFile: string;
  port = 0;
  readonly #data: string;
  readonly #options: ClusterOptions;
  readonly #user: OsUser | undefined;

  constructor(options: ClusterOptions, directory: string, user: OsUser | undefined) {
    this.name = options.name;
    this.directory = directory;
    this.logFile = path.join(directory, "postgresql.log");
    this.#data = path.join(directory, "data");
    this.#options = options;
    this.#user = user;
  }

  dsn(database: string): string {
    const { access } = this.#options;
    const passfile = access === undefined ? "" : `?passfile=${encodeURI(access.passfile)}`;
    return `postgresql://postgres@127.0.0.1:${this.port}/${encodeURIComponent(database)}${passfile}`;
  }

  isRunning(): boolean {
    return postmasterOf(this.#data) !== undefined;
  }

  async initialise(): Promise<void> {
    const { binaries, access, pattern } = this.#options;
    const wanted = { binaries, password: access?.password, user: this.#user };
    await (pattern === undefined ? initialise(this.#data, wanted) : pattern.copyTo(this.#data, wanted));
  }

  async startOnFreePort(port: number | undefined): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      this.port = port ?? (await freePort());
      await this.#configure();
      try {
        return await this.start();
      } catch (error) {
        const lostRace = error instanceof PortTakenError && port === undefined;
        if (!lostRace || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  async createDatabases(databases: readonly string[]): Promise<void> {
    if (databases.length === 0) return;
    await using session = await connect({ name: this.name, dsn: this.dsn("postgres") });
    await session.run(databases.map(createDatabase), { lockTimeoutMs: START_TIMEOUT_MS });
  }

  async start(): Promise<void> {
    if (this.isRunning()) return;
    const log = openSync(this.logFile, "a");
    const logStart = statSync(this.logFile).size;
    giveTo(this.#user, this.logFile);
    const identity = this.#user === undefined ? {} : { uid: this.#user.uid, gid: this.#user.gid };
    // Its own session: Ctrl-C at the terminal is for the tool, which then stops its servers in order.
    const server = spawn(this.#program("postgres"), ["-D", this.#data], {
      cwd: this.#data,
      env: { ...cleanEnvironment(), ...this.#options.environment },
      detached: true,
      stdio: ["ignore", log, log],
      ...identity,
    });
    closeSync(log);
    const failure: { error?: Error } = {};
    server.once("error", (error) => (failure.error = error));
    server.unref();
    await eventually(
      () => {
        const hasEnded = server.exitCode !== null || server.signalCode !== null;
        if (hasEnded || failure.error !== undefined) throw this.#startError(logStart, failure.error);
        return server.pid !== undefined && isReady(this.#data, server.pid) ? true : undefined;
      },
      { timeoutMs: START_TIMEOUT_MS, what: `cluster "${this.name}" accepts connections` },
    );
  }

  async stop(mode: StopMode = "fast"): Promise<void> {
    const postmaster = postmasterOf(this.#data);
    if (postmaster === undefined) return;
    this.thaw();
    await stopPostmaster(postmaster, mode, this.name);
  }

  async kill(): Promise<void> {
    const postmaster = postmasterOf(this.#data);
    if (postmaster === undefined) return;
    // Stopped first, so that it starts no new child while we count them.
    signal(postmaster, "SIGSTOP");
    const family = [...childrenOf(postmaster), postmaster];
    for (const pid of family) signal(pid, "SIGKILL");
    await eventually(() => (family.some(isAlive) ? undefined : true), {
      timeoutMs: STOP_TIMEOUT_MS,
      what: `the killed processes of cluster "${this.name}" are gone`,
    });
  }

  freeze(): void {
    this.#signalFamily("SIGSTOP");
  }

  thaw(): void {
    this.#signalFamily("SIGCONT");
  }

  async remove(): Promise<void> {
    await this.stop("immediate");
    await rm(this.directory, { recursive: true, force: true });
  }

  #signalFamily(name: NodeJS.Signals): void {
    const postmaster = postmasterOf(this.#data);
    if (postmaster === undefined) return;
    signal(postmaster, name);
    for (const child of childrenOf(postmaster)) signal(child, name);
  }

  #program(name: string): string {
    return path.join(this.#options.binaries.directory, name);
  }

  async #configure(): Promise<void> {
    const file = path.join(this.#data, "sandbox.conf");
    await writeFile(file, configuration(this.#options.binaries, this.port, this.#options.settings ?? {}));
    giveTo(this.#user, file);
  }

  #startError(logStart: number, cause: Error | undefined): Error {
    const words = readFileSync(this.logFile).subarray(logStart).toString("utf8").trim();
    const kind = /could not bind|could not create any TCP/.test(words) ? PortTakenError : PreconditionError;
    return new kind(
      `cluster "${this.name}" did not start: ${words || (cause?.message ?? "no reason given")}`,
      {
        code: "cluster-start",
        ...(cause === undefined ? {} : { cause }),
      },
    );
  }
}

function createDatabase(name: string): Statement {
  return { text: `create database ${identifier(name)}`, transaction: "alone" };
}

class PortTakenError extends PreconditionError {}

const STOP_SIGNALS = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" } as const;

/** Stops a server by its postmaster, and waits until it is gone. */
export async function stopPostmaster(postmaster: number, mode: StopMode, name: string): Promise<void> {
  signal(postmaster, STOP_SIGNALS[mode]);
  await eventually(() => (isAlive(postmaster) ? undefined : true), {
    timeoutMs: STOP_TIMEOUT_MS,
    what: `cluster "${name}" has stopped`,
  });
}
