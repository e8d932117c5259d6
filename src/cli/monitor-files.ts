/** What a Prometheus and a Grafana need, from the package itself: nobody needs a checkout. */
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { UsageError } from "../domain/errors.ts";
import { stringify } from "yaml";

const PACKAGE = new URL("../../", import.meta.url);
const SERVED_AT = "http://127.0.0.1:9854";

/** The alerting rules; their runbooks are where the monitor serves them. */
export function rulesText(url: string): string {
  const text = readFileSync(new URL("prometheus/tributary.rules.yml", PACKAGE), "utf8");
  return text.replaceAll(SERVED_AT, url.replace(/\/$/u, ""));
}

/** Writes the dashboards and the files that provision them into a folder. Gives its full name. */
export function writeDashboards(folder: string): string {
  const target = path.resolve(folder);
  try {
    mkdirSync(target, { recursive: true });
    for (const part of ["dashboards", "provisioning"])
      cpSync(fileURLToPath(new URL(`grafana/${part}`, PACKAGE)), path.join(target, part), {
        recursive: true,
      });
  } catch (cause) {
    throw new UsageError(`the dashboards cannot be written into ${target}: ${(cause as Error).message}`, {
      code: "not-writable",
      hint: "Name a folder that you may write to.",
      cause,
    });
  }
  return target;
}

/** What a Prometheus needs to scrape this monitor. */
export function scrapeConfigText(url: string, tokenFile: string | undefined): string {
  const { protocol, host } = new URL(url);
  return stringify({
    rule_files: ["tributary.rules.yml"],
    scrape_configs: [
      {
        job_name: "tributary",
        scrape_interval: "15s",
        scheme: protocol.replace(":", ""),
        ...(tokenFile === undefined ? {} : { authorization: { credentials_file: path.resolve(tokenFile) } }),
        static_configs: [{ targets: [host] }],
      },
    ],
  });
}
