/** The monitor's page in a real browser: trees that are made by hand, without a database. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PALETTES } from "../../src/monitor/page/style.ts";
import { RUNBOOKS } from "../../src/monitor/runbooks.ts";
import { createMonitorServer } from "../../src/monitor/server.ts";
import { Watcher } from "../../src/monitor/watcher.ts";
import { openContext, startBrowser } from "../support/browser.ts";
import { GB, HOUR, NO_ANSWER, type WatchedTree, cutLink, watchedTree, withSlot } from "../support/watched.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const now = (): number => Date.now() / 1000;

interface Served extends AsyncDisposable {
  readonly url: string;
  readonly watcher: Watcher;
  /** Ends the server as if the monitor had died. */
  die(): Promise<void>;
  /** Serves again in the same place. */
  rise(): Promise<void>;
}

/** Nobody looks at anything: what is known is what the test made up. */
const PROBE = {
  look: () => Promise.reject(new Error("no test looks")),
  beat: () => Promise.resolve(false),
  tend: () => Promise.resolve(0),
  drop: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

async function serve(tree: WatchedTree): Promise<Served> {
  const options = {
    probe: PROBE,
    intervalMs: 15_000,
    writes: false,
    version: "test",
    onTrouble: () => undefined,
  };
  const watcher = new Watcher(tree.shape, options, tree.records);
  watcher.poller.cycleCompletedAt = now();
  let server: Server;
  const rise = async (port: number): Promise<number> => {
    server = createMonitorServer({ watcher });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const die = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), "close");
  };
  const port = await rise(0);
  return {
    url: `http://127.0.0.1:${port}`,
    watcher,
    die,
    rise: async () => void (await rise(port)),
    [Symbol.asyncDispose]: die,
  };
}

interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** What a page that is well never does: errors, dialogs, calls elsewhere. */
  readonly troubles: readonly string[];
}

async function visit(url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await openContext(browser, options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => troubles.push(`console: ${message.text()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) troubles.push(`request: ${request.url()}`);
  });
  await page.clock.install();
  await page.goto(url);
  return { page, troubles, [Symbol.asyncDispose]: () => context.close() };
}

/** Time passes in the browser until something is so. */
async function pass(page: Page, seconds: number, isSo: () => Promise<unknown>): Promise<void> {
  await page.clock.runFor(seconds * 1000);
  await isSo();
}

const headline = (page: Page): Promise<string> => page.locator("h1").innerText();

test("a healthy tree", async () => {
  await using served = await serve(watchedTree(2, 2, now()));
  await using visited = await visit(served.url);
  const { page, troubles } = visited;
  expect(await headline(page)).toBe("all right\nAll 7 nodes are seen, all 6 links replicate.");
  expect(await page.title()).toBe("slm – Tributary");
  expect(await page.getByRole("heading").allInnerTexts()).toEqual([expect.any(String), "THE TREE"]);
  expect(await page.locator("#tree summary .name").allInnerTexts()).toEqual([
    "nation",
    "region-1",
    "district-1-1",
    "district-1-2",
    "region-2",
    "district-2-1",
    "district-2-2",
  ]);
  for (const role of ["banner", "main", "contentinfo"] as const)
    expect(await page.getByRole(role).count()).toBe(1);
  expect(await page.locator("#stale").isVisible()).toBe(false);
  expect(troubles).toEqual([]);
});

test("a link that is cut appears by itself, and what is open, focused and selected stays so", async () => {
  const tree = watchedTree(2, 2, now());
  await using served = await serve(tree);
  await using visited = await visit(served.url, { viewport: { width: 1200, height: 400 } });
  const { page, troubles } = visited;
  const row = page.locator("#more-district-2-2 > summary");
  await row.focus();
  await page.keyboard.press("Enter");
  const fact = page.locator("#more-district-2-2 dd", { hasText: "PostgreSQL 18.1" });
  await fact.waitFor();
  await fact.selectText();
  await row.focus();
  await page.evaluate("window.isTheSame = true");

  cutLink(tree, "district-1-2", "region-1", 4 * GB);
  const card = page.locator("#need-district-1-2");
  await pass(page, 6, () => card.waitFor());
  expect(await card.innerText()).toMatch(
    /district-1-2 → region-1\s+needs somebody now\s+district\s+3 h\s+until the slot is lost/u,
  );
  expect(await card.innerText()).toContain('Next: Look at the server log of "region-1"');
  expect(await page.title()).toBe("(1) slm – Tributary");
  expect(await page.locator("#node-region-1 .below .name").allInnerTexts()).toEqual([
    "district-1-2",
    "district-1-1",
  ]);
  expect(await fact.isVisible()).toBe(true);
  expect(await page.evaluate("document.activeElement.parentElement.id")).toBe("more-district-2-2");
  expect(await page.evaluate("String(getSelection())")).toContain("PostgreSQL 18.1");
  expect(await page.evaluate("window.isTheSame")).toBe(true);
  expect(troubles).toEqual([]);
});

test("a slot that is lost: the reason, the next step, and what was lost", async () => {
  const tree = watchedTree(2, 2, now());
  tree.see("district-2-1", withSlot({ walStatus: "lost", isActive: false }));
  await using served = await serve(tree);
  await using visited = await visit(served.url);
  const { page } = visited;
  expect(await headline(page)).toBe(
    "needs somebody now\n1 link needs somebody, first district-2-1 → region-2.",
  );
  expect(await page.locator("#need-district-2-1 code").innerText()).toBe("tributary apply");
  expect(await page.locator("#node-district-2-1 .row").innerText()).toContain("slot lost");
  await page.getByRole("link", { name: "What to do" }).click();
  expect(page.url()).toBe(`${served.url}/#need-district-2-1`);
});

test("what others wrote neither runs nor becomes part of the page", async () => {
  const hostile = `"><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>' onfocus='alert(4)`;
  const tree = watchedTree(1, 2, now());
  const attack = (): void => {
    tree.see("district-1-2", (vitals) => ({ ...vitals, version: hostile, damage: [hostile] }));
    const parked = [{ owner: "district-1-2", rows: 2000, since: tree.at - HOUR, reason: hostile }];
    tree.see("region-1", (vitals) => ({ ...vitals, parked }));
    tree.darken("district-1-1", 9 * HOUR, { ...NO_ANSWER, message: hostile, hint: hostile });
  };
  await using served = await serve(tree);
  await using visited = await visit(served.url);
  const { page, troubles } = visited;
  attack();
  const cards = page.locator(".card", { hasText: "<img src=x onerror=alert(1)>" });
  await pass(page, 6, () => cards.nth(1).waitFor());
  for (const _ of ["as taken over by the script", "as it comes from the server"]) {
    expect(await page.locator("img, svg, [onerror], [onload], [onfocus]").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(1);
    await page.reload();
  }
  expect(troubles).toEqual([]);
});

describe("a page that is stale says so", () => {
  test("when the monitor is dead, until it is back", async () => {
    await using served = await serve(watchedTree(1, 1, now()));
    await using visited = await visit(served.url);
    const { page } = visited;
    const banner = page.locator("#stale");
    await served.die();
    await pass(page, 30, () => banner.waitFor());
    expect(await banner.innerText()).toMatch(
      /^This page is stale: the monitor does not answer since \d\d:\d\d:\d\d UTC\.$/u,
    );
    expect(await page.title()).toBe("Stale: slm – Tributary");
    await served.rise();
    await pass(page, 30, () => banner.waitFor({ state: "hidden" }));
    expect(await page.title()).toBe("slm – Tributary");
  });

  test("when it answers, and looks at nothing any more", async () => {
    await using served = await serve(watchedTree(1, 1, now()));
    served.watcher.poller.cycleCompletedAt = now() - 600;
    await using visited = await visit(served.url);
    expect(await visited.page.locator("#stale").innerText()).toMatch(
      /^This page is stale: the monitor answers, but has not been round the tree since .*, for 10 min\./u,
    );
  });

  test("when something in between keeps an old answer", async () => {
    await using served = await serve(watchedTree(1, 1, now()));
    await using visited = await visit(served.url);
    const { page } = visited;
    const kept = await (await fetch(`${served.url}/page`)).text();
    await page.route("**/page", (route) => route.fulfill({ body: kept, contentType: "text/html" }));
    const banner = page.locator("#stale", { hasText: "nothing new comes from the monitor" });
    await expect
      .poll(async () => {
        await page.clock.runFor(10_000);
        return banner.isVisible();
      })
      .toBe(true);
  });
});

function faultyTree(): WatchedTree {
  const tree = watchedTree(3, 9, now());
  cutLink(tree, "district-1-2", "region-1", 5 * GB);
  tree.darken("district-2-5", 11 * HOUR, { ...NO_ANSWER, message: "x".repeat(250) });
  tree.darken("district-2-6", HOUR / 2);
  tree.fill("region-1", 120 * GB, 90 * GB);
  return tree;
}

test.each(["light", "dark"] as const)("in %s", async (colorScheme) => {
  await using served = await serve(faultyTree());
  await using visited = await visit(served.url, { colorScheme });
  const colourOf = (selector: string, property: string): Promise<unknown> =>
    visited.page.evaluate(`getComputedStyle(document.querySelector("${selector}")).${property}`);
  const rgb = (colour: string): string =>
    `rgb(${[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)).join(", ")})`;
  const { paper, ink, critical } = PALETTES[colorScheme];
  expect(await colourOf("body", "backgroundColor")).toBe(rgb(paper));
  expect(await colourOf("body", "color")).toBe(rgb(ink));
  expect(await colourOf("#need-district-1-2 .word", "color")).toBe(rgb(critical));
});

test.each([320, 768, 1200])("nothing is cut off at %i pixels", async (width) => {
  await using served = await serve(faultyTree());
  await using visited = await visit(served.url, { viewport: { width, height: 640 } });
  const { page } = visited;
  for (const summary of await page.locator("summary:visible").all()) await summary.click();
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
});

test("without a script all is there, and the browser looks again by itself", async () => {
  await using served = await serve(faultyTree());
  await using context = await openContext(browser, { javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(served.url);
  expect(await headline(page)).toContain(
    "2 nodes and 1 link need somebody, first district-1-2 → region-1: 2 h left.",
  );
  expect(await page.locator('meta[http-equiv="refresh"]').getAttribute("content")).toBe("30");
  await page.locator("#fold-region-3 > summary").click();
  expect(await page.locator("#more-district-3-9 > summary").isVisible()).toBe(true);
});

test("what is served beside the page", async () => {
  await using served = await serve(watchedTree(1, 1, now()));
  const get = (path: string): Promise<Response> => fetch(`${served.url}${path}`);
  const home = await get("/");
  expect(home.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(await (await get("/overview.json")).json()).toMatchObject({ project: "slm", severity: "ok" });
  expect((await get("/icon.svg")).headers.get("content-type")).toBe("image/svg+xml");
  for (const path of ["/runbooks/Unknown", "/runbooks/..%2fREADME", "/runbooks/", "/constructor"])
    expect((await get(path)).status).toBe(404);
  for (const name of RUNBOOKS) {
    const answer = await get(`/runbooks/${name}`);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await answer.text()).toMatch(/^# /u);
  }
});
