import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import {
  GB,
  HOUR,
  NO_ANSWER,
  WatchedTree,
  cutLink,
  watchedTree,
  withSlot,
} from "../../test/support/watched.ts";
import { overviewOf } from "./overview.ts";
import { renderFragment, renderPage } from "./page.ts";
import { markup } from "./page/markup.ts";
import { PALETTES } from "./page/style.ts";

const RUNBOOKS = new Set(["TributarySlotLost"]);
const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(2)</script>' onfocus='alert(3)`;

const pageOf = (tree: WatchedTree): string => renderPage(tree.overview(), RUNBOOKS);
const kilobytes = (text: string | Buffer): number => Buffer.byteLength(text) / 1024;

/** What is read on the page, without its markup. */
const textOf = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/su, "")
    .replaceAll(/<[^>]*>/gu, " ")
    .replaceAll(/\s+/gu, " ");

test("a healthy tree, readable without a script", () => {
  const page = pageOf(watchedTree(2, 2));
  const text = textOf(page);
  expect(text).toContain("all right All 7 nodes are seen, all 6 links replicate.");
  expect(text).toContain(
    "all right: district-1-1 district replicating up to date data 42 s old no loss in sight 312 GB free",
  );
  expect(text).not.toContain("Needs somebody");
  expect(page).toContain('<noscript><meta http-equiv="refresh" content="30"></noscript>');
  expect(page).toContain('<p id="stale" class="stale" hidden>');
  expect(page.match(/aria-live/gu)).toHaveLength(1);
});

test("what needs somebody stands first, with the reason, the time left and the next step", () => {
  const tree = watchedTree(2, 2);
  cutLink(tree, "district-1-2", "region-1", 4 * GB);
  tree.see("district-2-1", withSlot({ walStatus: "lost", isActive: false }));
  const page = pageOf(tree);
  expect(page).toContain("<title>(2) slm – Tributary</title>");
  expect(page.indexOf("need-district-2-1")).toBeLessThan(page.indexOf("need-district-1-2"));
  const text = textOf(page);
  expect(text).toContain("district-1-2 → region-1 needs somebody now district 3 h until the slot is lost");
  expect(text).toContain("Next: Run tributary apply : it starts the link anew");
  expect(page).toContain('<a href="runbooks/TributarySlotLost">Step by step</a>');
  // There is no such file.
  expect(page).not.toContain("runbooks/TributarySlotLossPredicted");
});

test("a page that the poller has forgotten says so", () => {
  const tree = watchedTree(1, 1);
  const late = overviewOf(tree.picture(), { endedAt: tree.at - 300, isLate: true });
  const page = renderPage(late, RUNBOOKS);
  expect(page).toMatch(/<p id="stale" class="stale">This page is stale: .* since 13:58 UTC, for 5 min/u);
  expect(page).toContain("<title>Stale: slm – Tributary</title>");
});

describe("what others wrote is text", () => {
  const tree = watchedTree(1, 3);
  const said = { ...NO_ANSWER, message: HOSTILE, hint: HOSTILE };
  tree.darken("district-1-1", 9 * HOUR, said);
  tree.darken("district-1-2", HOUR / 4, said);
  tree.see("district-1-3", (vitals) => ({ ...vitals, version: HOSTILE, damage: [HOSTILE] }), 0, {
    source: "statfs",
    mounts: [{ mount: `ts:${HOSTILE}`, sizeBytes: GB, availBytes: 0 }],
  });
  tree.see("region-1", (vitals) => ({
    ...vitals,
    parked: [{ owner: "district-1-3", rows: 2, since: tree.at - HOUR, reason: HOSTILE }],
  }));

  test.each([
    ["the page", pageOf(tree)],
    ["the fragment", renderFragment(tree.overview(), RUNBOOKS)],
  ])("on %s", (_, page) => {
    expect(page).not.toContain("<img");
    expect(page.match(/<script/gu)?.length ?? 0).toBeLessThanOrEqual(1);
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    const attributes = [...page.matchAll(/<[a-z][^>]*>/gu)].join(" ");
    expect(attributes).not.toMatch(/alert/u);
  });

  test("in any template", () => {
    const inner = markup`<b title="${HOSTILE}">${[HOSTILE, markup`<i>${7}</i>`, false, undefined]}</b>`;
    const safe =
      "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(2)&lt;/script&gt;&#39; onfocus=&#39;alert(3)";
    expect(inner.toString()).toBe(`<b title="${safe}">${safe}<i>7</i></b>`);
  });
});

describe("small enough for a slow line", () => {
  test("thirty nodes, ten of them in trouble", () => {
    const tree = watchedTree(3, 9);
    for (const district of [1, 2, 3, 4, 5]) {
      tree.darken(`district-1-${district}`, 9 * HOUR);
      cutLink(tree, `district-2-${district}`, "region-2", 4 * GB);
    }
    expect(kilobytes(pageOf(tree))).toBeLessThan(60);
  });

  test("five hundred districts: what is all right is folded, what is not is shown", () => {
    const tree = watchedTree(20, 25);
    for (const region of [1, 2, 3, 4, 5]) tree.darken(`district-${region}-7`, HOUR / 2);
    cutLink(tree, "district-7-12", "region-7", 4 * GB);
    const page = pageOf(tree);
    expect(kilobytes(gzipSync(page))).toBeLessThan(60);
    const unfolded = page.replaceAll(/<details id="fold-.*?<\/ul>\s*<\/details>/gsu, "");
    for (const region of [1, 2, 3, 4, 5]) expect(unfolded).toContain(`node-district-${region}-7`);
    expect(unfolded).toContain("need-district-7-12");
    expect(unfolded).not.toContain("district-20-3");
    expect(page).toContain("district-20-3");
    expect(page).toContain("25 nodes are all right, data at most 42 s old");
    expect(page).toContain("24 more nodes are all right, data at most 42 s old");
  });
});

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test.each(Object.entries(PALETTES))("every colour of the %s palette can be read", (_, palette) => {
  const { paper, surface, ink, muted, ok, note, warning, critical } = palette;
  const faint = Object.entries({ ink, muted, ok, note, warning, critical }).filter(([, colour]) =>
    [paper, surface].some((ground) => contrast(colour, ground) < 4.5),
  );
  expect(faint).toEqual([]);
});
