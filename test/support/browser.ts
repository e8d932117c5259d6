/** A real browser. */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";

/** Where Debian's package `chromium` puts it. */
const CHROMIUM = "/usr/bin/chromium";

/** Starts it. Without its sandbox: in containers root has none to give. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });

/** For whatever a page is waited for. */
const LIMIT_MS = 120_000;

/** A visitor who has seen nothing yet. Ends with `await using`. */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(LIMIT_MS);
  return context;
}
