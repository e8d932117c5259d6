/** A real Prometheus that scrapes a monitor and judges by our rules: at once, where these wait for minutes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { eventually } from "../../src/sandbox/eventually.ts";
import { freePort } from "../../src/sandbox/free-port.ts";

export interface Alert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RunningPrometheus extends AsyncDisposable {
  firing(): Promise<readonly Alert[]>;
  /** Waits until an alert fires whose labels have these values. */
  untilFiring(name: string, labels?: Readonly<Record<string, string>>): Promise<Alert>;
  untilQuiet(name: string): Promise<void>;
  /** The values of an expression, now. */
  query(
    expression: string,
  ): Promise<readonly { readonly metric: Record<string, string>; readonly value: string }[]>;
}

const RULES = new URL("../../prometheus/tributary.rules.yml", import.meta.url);
const WAIT_MS = 60_000;

/** Starts it. `for:` is left out of the rules: whether they wait as long as they should is for promtool. */
export async function startPrometheus(monitorUrl: string): Promise<RunningPrometheus> {
  const folder = mkdtempSync(path.join(tmpdir(), "tributary-test-prometheus-"));
  const rules = readFileSync(RULES, "utf8").replaceAll(/^\s*for: .*\n/gmu, "");
  writeFileSync(path.join(folder, "rules.yml"), rules);
  writeFileSync(
    path.join(folder, "prometheus.yml"),
    [
      "global: { scrape_interval: 500ms, evaluation_interval: 500ms }",
      "rule_files: [rules.yml]",
      "scrape_configs:",
      `  - { job_name: tributary, static_configs: [{ targets: ["${new URL(monitorUrl).host}"] }] }`,
      "",
    ].join("\n"),
  );
  const port = await freePort();
  const server = spawn(
    "prometheus",
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let words = "";
  server.stderr.on("data", (chunk: Buffer) => (words += chunk.toString()));
  const ask = async (query: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${query}`);
    const { data, error } = (await response.json()) as { data: unknown; error?: string };
    if (error !== undefined) throw new Error(`${query}: ${error}`);
    return data;
  };
  await eventually(
    async () => {
      if (server.exitCode !== null) throw new Error(`prometheus ended: ${words}`);
      return await fetch(`http://127.0.0.1:${port}/-/ready`).then(
        ({ ok }) => (ok ? true : undefined),
        () => undefined,
      );
    },
    { timeoutMs: WAIT_MS, what: "prometheus is ready" },
  );
  const firing = async (): Promise<readonly Alert[]> => {
    const { alerts } = (await ask("alerts")) as {
      alerts: { state: string; labels: Record<string, string>; annotations: Record<string, string> }[];
    };
    return alerts.flatMap(({ state, labels: { alertname: name = "", ...labels }, annotations }) =>
      state === "firing" ? [{ name, labels, annotations }] : [],
    );
  };
  return {
    firing,
    untilFiring: (name, labels = {}) =>
      eventually(
        async () =>
          (await firing()).find(
            (alert) =>
              alert.name === name &&
              Object.entries(labels).every(([label, value]) => alert.labels[label] === value),
          ),
        { timeoutMs: WAIT_MS, what: `${name} fires for ${JSON.stringify(labels)}` },
      ),
    untilQuiet: async (name) => {
      await eventually(
        async () => ((await firing()).some((alert) => alert.name === name) ? undefined : true),
        {
          timeoutMs: WAIT_MS,
          what: `${name} is quiet`,
        },
      );
    },
    query: async (expression) => {
      const { result } = (await ask(`query?query=${encodeURIComponent(expression)}`)) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return result.map(({ metric, value }) => ({ metric, value: value[1] }));
    },
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGTERM");
      if (server.exitCode === null) await once(server, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
