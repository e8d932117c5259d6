/** What the monitor serves over HTTP. Nothing here touches a database, except for `/probe`, which is asked to. */
import { timingSafeEqual, createHash } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { setImmediate as yieldTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { CONTENT_TYPES, footerText, formatFor } from "./exposition.ts";
import { exposition } from "./metrics.ts";
import { type Overview, overviewOf } from "./overview.ts";
import { ownMetrics } from "./own-metrics.ts";
import { renderFragment, renderPage } from "./page.ts";
import { ICON } from "./page/icon.ts";
import { SCRIPT } from "./page/script.ts";
import { RUNBOOKS, runbookText } from "./runbooks.ts";
import type { Watcher } from "./watcher.ts";

export interface ServerOptions {
  readonly watcher: Watcher;
  /** PEM. Absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What `Authorization` must be. Absent: everybody is let in. */
  readonly authorization?: string;
}

/** Serves what the watcher sees. The caller listens, and closes. */
export function createMonitorServer(options: ServerOptions): Server {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    respond(options, request, response).catch((error: unknown) => {
      options.watcher.onTrouble(`a request could not be answered: ${String(error)}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
  return options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
}

async function respond(
  { watcher, authorization }: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://monitor");
  if (!isLetIn(request.headers.authorization, authorization)) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="tributary"' });
    return void response.end();
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" });
    return void response.end();
  }
  const page = pageOf(url.pathname);
  if (page === undefined) return await send(request, response, 404, "text/plain", "there is no such page\n");
  const { status = 200, type, body } = await page(watcher, url, request);
  await send(request, response, status, type, body);
}

interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
}

type Page = (watcher: Watcher, url: URL, request: IncomingMessage) => Promise<Answer>;

const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
/** A scrape says how long it waits; by then it has its answer. */
const PROBE = { presetMs: 10_000, marginMs: 500 };

const PAGES: Readonly<Record<string, Page>> = {
  "/": (watcher) => Promise.resolve({ type: HTML, body: renderPage(overviewAt(watcher), RUNBOOKS) }),
  "/page": (watcher) => Promise.resolve({ type: HTML, body: renderFragment(overviewAt(watcher), RUNBOOKS) }),
  "/page.js": () => Promise.resolve({ type: "text/javascript; charset=utf-8", body: SCRIPT }),
  "/icon.svg": () => Promise.resolve({ type: "image/svg+xml", body: ICON }),
  "/overview.json": (watcher) =>
    Promise.resolve({ type: "application/json", body: JSON.stringify(overviewAt(watcher)) }),
  "/metrics": async (watcher, _, { headers }) => {
    const format = formatFor(headers.accept);
    return { type: CONTENT_TYPES[format], body: await metricsText(watcher, format) };
  },
  "/probe": async (watcher, url, { headers }) => {
    const target = url.searchParams.get("target") ?? "";
    if (!watcher.knows(target)) return { status: 404, type: TEXT, body: `there is no node "${target}"\n` };
    const limit = Number(headers["x-prometheus-scrape-timeout-seconds"]) * 1000 || PROBE.presetMs;
    await watcher.probe(target, Math.max(PROBE.marginMs, limit - PROBE.marginMs));
    const format = formatFor(headers.accept);
    const body = [...exposition(watcher.picture(target), format)].join("") + footerText(format);
    return { type: CONTENT_TYPES[format], body };
  },
  "/healthz": () => Promise.resolve({ type: TEXT, body: "ok\n" }),
  "/readyz": (watcher) => {
    const isReady = watcher.isReady();
    const body = isReady ? "ok\n" : "the first cycle is not complete, or the last was too long ago\n";
    return Promise.resolve({ status: isReady ? 200 : 503, type: TEXT, body });
  },
};

const RUNBOOK_PATH = /^\/runbooks\/([A-Za-z]+)$/u;

function pageOf(path: string): Page | undefined {
  const text = runbookText(RUNBOOK_PATH.exec(path)?.[1] ?? "");
  if (text !== undefined) return () => Promise.resolve({ type: TEXT, body: text });
  return Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
}

/** The tree as it is known now, in words. */
function overviewAt(watcher: Watcher): Overview {
  const endedAt = watcher.poller.cycleCompletedAt;
  return overviewOf(watcher.picture(), { endedAt, isLate: !watcher.isReady() });
}

/** Five hundred districts are thirty thousand series: others have their turn in between. */
async function metricsText(watcher: Watcher, format: keyof typeof CONTENT_TYPES): Promise<string> {
  const parts: string[] = [];
  for (const part of exposition(watcher.picture(), format)) {
    parts.push(part);
    await yieldTurn();
  }
  return parts.join("") + ownMetrics(watcher, format) + footerText(format);
}

const compress = promisify(gzip);
/** Below that the header is more than what is won. */
const WORTH_BYTES = 1400;

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
): Promise<void> {
  const zips =
    /\bgzip\b/u.test(String(request.headers["accept-encoding"] ?? "")) && body.length > WORTH_BYTES;
  const content = zips ? await compress(body) : Buffer.from(body);
  response.writeHead(status, {
    "content-type": type,
    "content-length": content.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    vary: "accept, accept-encoding",
    ...(zips ? { "content-encoding": "gzip" } : {}),
    ...(type.startsWith("text/html") ? { "content-security-policy": CONTENT_POLICY } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : content);
}

/** The page loads nothing from anywhere else. */
const CONTENT_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function isLetIn(given: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given ?? ""), digest(wanted));
}
