/** What the monitor serves over HTTP. Nothing here touches a database, except for `/probe`, which is asked to. */
import { jsonText, legible } from "../domain/legible.ts";
import { timingSafeEqual, createHash } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { setImmediate as yieldTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import { ClientLog } from "./client-log.ts";
import { CONTENT_TYPES, footerText, formatFor } from "./exposition.ts";
import { exposition } from "./metrics.ts";
import { type Overview, overviewOf } from "./overview.ts";
import { ownMetrics } from "./own-metrics.ts";
import { renderFragment, renderPage } from "./page.ts";
import { ICON } from "./page/icon.ts";
import { SCRIPT } from "./page/script.ts";
import { Probes } from "./probes.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";
import { type Target, isAllowedHost, targetOf } from "./request.ts";
import { RUNBOOKS, runbookText } from "./runbooks.ts";
import type { Watcher } from "./watcher.ts";

export interface ServerOptions {
  readonly watcher: Watcher;
  /** PEM. Absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** What `Authorization` must be. Absent: everybody is let in. */
  readonly authorization?: string;
  /** Names, besides localhost, under which clients may reach this; addresses always are. */
  readonly hosts?: readonly string[];
}

/** The same for every request. */
interface Desk extends ServerOptions {
  readonly probes: Probes;
  readonly log: ClientLog;
}

/** Serves what the watcher sees. The caller listens, and closes. */
export function createMonitorServer(options: ServerOptions): Server {
  const { watcher } = options;
  const desk: Desk = {
    ...options,
    probes: new Probes(watcher),
    log: new ClientLog((text) => watcher.onTrouble(text)),
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    respond(desk, request, response).catch((error: unknown) => {
      desk.log.note(`a request could not be answered: ${String(error)}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
  const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  refuseUnreadable(server);
  return server;
}

async function respond(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = targetOf(request.url ?? "/");
  if (target === undefined) {
    desk.log.note(`a client asked for what is no address: ${quoted(request.url ?? "")}`);
    return await send(request, response, 400, TEXT, "that is no address of a page\n");
  }
  const asked = [...(request.headersDistinct["host"] ?? []), target.host];
  const stranger = asked.find((host) => !isAllowedHost(host, desk.hosts));
  if (stranger !== undefined) {
    desk.log.note(`a client asked for host ${quoted(stranger)}, which --allow-host does not name`);
    return await send(request, response, 421, TEXT, misdirected(stranger));
  }
  if (!isLetIn(request.headers.authorization, desk.authorization)) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="tributary"' });
    return void response.end();
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" });
    return void response.end();
  }
  const page = pageOf(target.path);
  if (page === undefined) return await send(request, response, 404, TEXT, "there is no such page\n");
  const { status = 200, type, body } = await page(desk, target, request);
  await send(request, response, status, type, body);
}

interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
}

type Page = (desk: Desk, target: Target, request: IncomingMessage) => Promise<Answer>;

const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
/** What is shown of what a client sent. */
const LONGEST = 100;
const quoted = (text: string): string => `"${legible(text.slice(0, LONGEST))}"`;
const misdirected = (host: string): string =>
  `This monitor is not served under the name ${quoted(host)}. Ask for its address, or start it with --allow-host and that name.\n`;

const PAGES: Readonly<Record<string, Page>> = {
  "/": async ({ watcher, probes }) => ({
    type: HTML,
    body: await probes.inTurn(() => renderPage(overviewAt(watcher), RUNBOOKS)),
  }),
  "/page": async ({ watcher, probes }) => ({
    type: HTML,
    body: await probes.inTurn(() => renderFragment(overviewAt(watcher), RUNBOOKS)),
  }),
  "/page.js": () => Promise.resolve({ type: "text/javascript; charset=utf-8", body: SCRIPT }),
  "/icon.svg": () => Promise.resolve({ type: "image/svg+xml", body: ICON }),
  "/overview.json": async ({ watcher, probes }) => ({
    type: "application/json",
    body: await probes.inTurn(() => jsonText(overviewAt(watcher))),
  }),
  "/metrics": async ({ watcher }, _, { headers }) => {
    const format = formatFor(headers.accept);
    return { type: CONTENT_TYPES[format], body: await metricsText(watcher, format) };
  },
  "/probe": async ({ watcher, probes }, { query }, { headers }) => {
    const target = query.get("target") ?? "";
    if (!watcher.knows(target))
      return { status: 404, type: TEXT, body: `there is no node ${quoted(target)}\n` };
    const format = formatFor(headers.accept);
    const body = await probes.ask(target, format, Number(headers["x-prometheus-scrape-timeout-seconds"]));
    if (body === undefined) return { status: 503, type: TEXT, body: "too many probes at once: ask again\n" };
    return { type: CONTENT_TYPES[format], body };
  },
  "/healthz": () => Promise.resolve({ type: TEXT, body: "ok\n" }),
  "/readyz": ({ watcher }) => {
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
