/** What must hold of compose.poc.yml and the files that it mounts, without an engine. */
import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const file = (name: string): URL => new URL(`../../${name}`, import.meta.url);
const yaml = (name: string): unknown => parse(readFileSync(file(name), "utf8"), { merge: true });

const service = z.object({
  image: z.string(),
  container_name: z.string().optional(),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.unknown().optional(),
  mem_limit: z.string(),
  command: z.array(z.string()).default([]),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  privileged: z.boolean().default(false),
});
const compose = z
  .object({
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.object({ name: z.string() })),
    volumes: z.record(z.string(), z.object({})),
  })
  .parse(yaml("compose.poc.yml"));
const services = Object.entries(compose.services);

const topology = z
  .object({
    nodes: z.record(
      z.string(),
      z.object({ tier: z.string(), upstream: z.string().optional(), dsn: z.string() }),
    ),
  })
  .parse(yaml("docker/poc/topology.yaml"));
const nodes = Object.entries(topology.nodes);

/** Services that end by themselves. */
const ONE_SHOT = ["secrets", "provision"];

const mounts = ([name, { volumes }]: (typeof services)[number]): readonly (readonly string[])[] =>
  volumes.map((volume) => [name, ...volume.split(":")]);

describe("the compose file", () => {
  test("all listen on this machine only", () => {
    const ports = services.flatMap(([, each]) => each.ports);
    expect(ports).toHaveLength(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z]+_PORT:-\d+\}:\d+$/u);
  });

  test("nothing has a right that it does not need, or writes into its image", () => {
    for (const [name, each] of services) {
      expect([name, each.read_only, each.privileged]).toEqual([name, true, false]);
      expect([name, each.cap_drop]).toEqual([name, ["ALL"]]);
      expect([name, each.security_opt]).toEqual([name, ["no-new-privileges:true"]]);
      expect([name, each.tmpfs]).toEqual([name, expect.arrayContaining(["/tmp"])]);
    }
    const special = services.filter(([, { user, cap_add }]) => user !== undefined || cap_add.length > 0);
    expect(special.map(([name, { user, cap_add }]) => [name, user, cap_add])).toEqual([
      ["secrets", "root", ["CHOWN", "DAC_OVERRIDE"]],
    ]);
  });

  test("our images run as an ordinary user", () => {
    for (const name of ["postgres", "tributary"]) {
      const users = [...readFileSync(file(`docker/${name}/Dockerfile`), "utf8").matchAll(/^USER (\S+)$/gmu)];
      expect(users.map(([, user]) => user)).toEqual([name === "postgres" ? "postgres" : "node"]);
    }
  });

  test("the monitor is allowed the names that it is asked for", () => {
    const { scrape_configs: jobs } = z
      .object({
        scrape_configs: z.array(
          z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
        ),
      })
      .parse(yaml("docker/poc/prometheus.yml"));
    const { command = [], container_name: ownName } = compose.services["monitor"] ?? {};
    const allowed = command.filter((_, at) => command[at - 1] === "--allow-host");
    const asked = jobs.flatMap((job) => job.static_configs.flatMap(({ targets }) => targets));
    expect(allowed).toEqual(
      expect.arrayContaining([ownName, ...asked.map((target) => target.replace(/:\d+$/u, ""))]),
    );
  });

  test("every service that stays says whether it is well", () => {
    const silent = services.filter(([, { healthcheck }]) => healthcheck === undefined);
    expect(silent.map(([name]) => name)).toEqual(ONE_SHOT);
  });

  test("a node is reached under its container's name, over one network for each line", () => {
    for (const [name, { dsn, upstream }] of nodes) {
      expect(compose.services[name]?.container_name).toBe(`tributary-${name}`);
      expect(new URL(dsn).hostname).toBe(`tributary-${name}`);
      const providers = nodes.filter(([, node]) => node.upstream === name).map(([provider]) => provider);
      const own = upstream === undefined ? [] : [name];
      expect(new Set(compose.services[name]?.networks)).toEqual(
        new Set([...own, ...providers].map((line) => `line-${line}`)),
      );
    }
  });

  test("secrets are files, each reader's in a volume of its own, and read only", () => {
    const settings = services.flatMap(([, { environment }]) => Object.entries(environment));
    for (const [, value] of settings.filter(([variable]) => variable.includes("PASS")))
      expect(value).toMatch(/^\/run\/secrets\//u);
    const readers = services.filter(([name]) => name !== "secrets").flatMap(mounts);
    const secrets = readers.filter(([, volume]) => volume?.startsWith("secret-"));
    const wanted = [...nodes.map(([name]) => name), "provision", "traffic", "monitor"];
    expect(new Set(secrets.map(([reader, volume]) => `${reader} reads ${volume}`))).toEqual(
      new Set(wanted.map((reader) => `${reader} reads secret-${reader}`)),
    );
    for (const [, , , mode] of secrets) expect(mode).toBe("ro");
  });

  test("what it mounts is there, and read only; every volume is used", () => {
    const all = services.flatMap(mounts);
    const ours = all.filter(([, source]) => source?.startsWith("./"));
    expect(ours.filter(([, source = ""]) => !existsSync(file(source)))).toEqual([]);
    expect(ours.filter(([, , , mode]) => mode !== "ro")).toEqual([]);
    const named = all.map(([, source = ""]) => source).filter((source) => !source.startsWith("./"));
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)));
  });
});

describe("Grafana's files", () => {
  const datasources = z.strictObject({
    apiVersion: z.literal(1),
    datasources: z.tuple([
      z.strictObject({
        name: z.string(),
        uid: z.string(),
        type: z.literal("prometheus"),
        access: z.literal("proxy"),
        url: z.url(),
        editable: z.literal(false),
        jsonData: z.strictObject({ httpMethod: z.literal("POST"), timeInterval: z.string() }),
      }),
    ]),
  });
  const providers = z.strictObject({
    apiVersion: z.literal(1),
    providers: z.tuple([
      z.strictObject({
        name: z.string(),
        folder: z.string(),
        folderUid: z.string(),
        type: z.literal("file"),
        disableDeletion: z.literal(true),
        allowUiUpdates: z.literal(false),
        updateIntervalSeconds: z.number(),
        options: z.strictObject({ path: z.string(), foldersFromFilesStructure: z.literal(false) }),
      }),
    ]),
  });

  test("the data source is the one that is shipped, at the address of the compose network", () => {
    const [shipped] = datasources.parse(yaml("grafana/provisioning/datasources/tributary.yml")).datasources;
    const [here] = datasources.parse(yaml("docker/poc/grafana-datasource.yml")).datasources;
    expect({ ...here, url: shipped.url, jsonData: shipped.jsonData }).toEqual(shipped);
    const { hostname, port } = new URL(here.url);
    expect(compose.services[hostname]?.ports[0]).toMatch(new RegExp(`:${port}$`, "u"));
  });

  test("the dashboards are where their provider looks", () => {
    const [provider] = providers.parse(yaml("grafana/provisioning/dashboards/tributary.yml")).providers;
    const [dashboards] = (compose.services["grafana"]?.volumes ?? []).map((volume) => volume.split(":"));
    expect(dashboards).toEqual(["./grafana/dashboards", provider.options.path, "ro"]);
  });
});
