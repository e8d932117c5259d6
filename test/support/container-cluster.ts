/** One PostgreSQL cluster in a container of our image, made by testcontainers, on a loopback port that it keeps. */
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";

import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";

import { identifier } from "../../src/postgres/quote.ts";
import type { Cluster, StopMode } from "../../src/sandbox/cluster.ts";
import { eventually } from "../../src/sandbox/eventually.ts";
import { freePort } from "../../src/sandbox/free-port.ts";
import { POSTGRES_IMAGE } from "./container-images.ts";
import { docker, dockerNow } from "./docker.ts";
import { query } from "./sql.ts";

export interface ContainerOptions {
  /** The folder for the cluster's log. */
  readonly directory: string;
  readonly name: string;
  /** The container's name, unlike every other one in the engine. */
  readonly container: string;
  /** On which its port is published. */
  readonly network: string;
  /** Networks that it joins before it starts, and what it is called there. */
  readonly lines: readonly { readonly network: string; readonly alias?: string }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly databases: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const STOP_SIGNALS = { smart: "SIGTERM", fast: "SIGINT", immediate: "SIGQUIT" } as const;
const PORT = 5432;
const DATA = "/var/lib/postgresql/data";
const START_TIMEOUT_MS = 60_000;
const PORT_ATTEMPTS = 5;

/** Whoever reaches the port may connect, which is for tests: subscriptions then hold no password. */
const ACCESS_FILE = "/etc/tributary/pg_hba.conf";
const ACCESS = "local all all trust\nhost all all all trust\nhost replication all all trust\n";

/** Makes a cluster, starts it and creates its databases. */
export async function startContainerCluster(options: ContainerOptions): Promise<Cluster> {
  const directory = path.join(options.directory, options.name);
  await mkdir(directory);
  const cluster = new ContainerCluster(options, directory);
  await cluster.create();
  for (const database of options.databases)
    await query(cluster.dsn("postgres"), `create database ${identifier(database)}`);
  return cluster;
}

/** What testcontainers leaves out: a port on loopback only, a volume with labels, further networks from the start, no checks. */
class PostgresContainer extends GenericContainer {
  readonly #lines: ContainerOptions["lines"];

  constructor({ network, lines, labels }: ContainerOptions, port: number) {
    super(POSTGRES_IMAGE);
    this.#lines = lines;
    this.withExposedPorts({ container: PORT, host: port }).withNetworkMode(network);
    this.hostConfig.PortBindings = { [`${PORT}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(port) }] };
    // Every few seconds in every container, that would take a good part of the CPU.
    this.createOpts.Healthcheck = { Test: ["NONE"] };
    // Without a name of its own, it goes with the container.
    const volume = { NoCopy: false, Labels: labels, DriverConfig: { Name: "local", Options: {} } };
    this.hostConfig.Mounts = [{ Type: "volume", Source: "", Target: DATA, VolumeOptions: volume }];
  }

  protected override async containerCreated(id: string): Promise<void> {
    for (const { network, alias } of this.#lines)
      await docker("network", "connect", ...(alias === undefined ? [] : ["--alias", alias]), network, id);
  }
}

class ContainerCluster implements Cluster {
  readonly name: string;
  readonly directory: string;
  readonly logFile: string;
  port = 0;
  readonly #options: ContainerOptions;
  #started: StartedTestContainer | undefined;

  constructor(options: ContainerOptions, directory: string) {
    this.name = options.name;
    this.directory = directory;
    this.logFile = path.join(directory, "postgresql.log");
    this.#options = options;
  }

  dsn(database: string): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
  }

  async create(): Promise<void> {
    for (let attempt = 1; this.#started === undefined; attempt += 1) {
      this.port = await freePort();
      try {
        this.#started = await this.#define().start();
      } catch (error) {
        // One whose start failed may be there or not.
        await this.#discard().catch(() => undefined);
        const lostRace = /port is already allocated|address already in use/.test(String(error));
        if (!lostRace || attempt === PORT_ATTEMPTS) throw await this.#startError(error);
      }
    }
    await this.#untilItAnswers();
  }

  #define(): PostgresContainer {
    const { container, labels, settings, environment } = this.#options;
    const given = Object.entries({ ...settings, hba_file: ACCESS_FILE });
    return new PostgresContainer(this.#options, this.port)
      .withName(container)
      .withLabels(labels)
      .withEnvironment({
        POSTGRES_PASSWORD: "asked of nobody",
        POSTGRES_INITDB_ARGS: "--no-sync",
        ...environment,
      })
      .withCopyContentToContainer([{ content: ACCESS, target: ACCESS_FILE, mode: 0o644 }])
      .withCommand(given.flatMap(([setting, value]) => ["-c", `${setting}=${value}`]))
      .withLogConsumer((log) => this.#keepLog(log))
      .withStartupTimeout(START_TIMEOUT_MS)
      .withWaitStrategy(Wait.forLogMessage("listening on IPv4 address"));
  }

  isRunning(): boolean {
    return this.#is("Running");
  }

  #is(state: "Running" | "Paused"): boolean {
    return dockerNow("inspect", "--format", `{{.State.${state}}}`, this.#options.container) === "true";
  }

  async start(): Promise<void> {
    if (this.isRunning()) return;
    const since = Math.floor(Date.now() / 1000);
    await docker("start", this.#options.container);
    const log = await this.#started?.logs({ since });
    if (log !== undefined) this.#keepLog(log);
    await this.#untilItAnswers();
  }

  stop(mode: StopMode = "fast"): Promise<void> {
    return this.#end(STOP_SIGNALS[mode]);
  }

  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.isRunning()) return;
    this.thaw();
    await docker("kill", "--signal", signal, this.#options.container);
    await docker("wait", this.#options.container);
  }

  freeze(): void {
    dockerNow("pause", this.#options.container);
  }

  thaw(): void {
    if (this.#is("Paused")) dockerNow("unpause", this.#options.container);
  }

  async remove(): Promise<void> {
    await this.#discard();
    await rm(this.directory, { recursive: true, force: true });
  }

  async #discard(): Promise<void> {
    await docker("container", "rm", "--force", "--volumes", this.#options.container);
  }

  #keepLog(log: Readable): void {
    log.pipe(createWriteStream(this.logFile, { flags: "a" }));
  }

  /** Docker's proxy takes connections before the server does. */
  #untilItAnswers(): Promise<true> {
    return eventually(
      async () => {
        try {
          await query(this.dsn("postgres"), "select");
          return true;
        } catch (error) {
          if (!this.isRunning()) throw await this.#startError(error);
          return undefined;
        }
      },
      { timeoutMs: START_TIMEOUT_MS, what: `cluster "${this.name}" accepts connections` },
    );
  }

  async #startError(cause: unknown): Promise<Error> {
    const log = await readFile(this.logFile, "utf8").catch(() => "");
    const words = log.trim().split("\n").slice(-5).join("\n") || String(cause);
    return new Error(`cluster "${this.name}" did not start: ${words}`, { cause });
  }
}
