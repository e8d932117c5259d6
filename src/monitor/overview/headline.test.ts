import { expect, test } from "vitest";

import { headline } from "./headline.ts";

const counts = { nodes: 7, nodesSeen: 7, nodesNeeding: 0, links: 6, linksCarrying: 6, linksNeeding: 0 };

test("all is well; some are away; nobody is there", () => {
  expect(headline(counts, undefined, false)).toBe("All 7 nodes are seen, all 6 links replicate.");
  expect(headline({ ...counts, nodesSeen: 6, linksCarrying: 5 }, undefined, false)).toMatch(
    /nobody is needed\.$/u,
  );
  // Each of them may be away: all at once is the monitor's own line.
  expect(headline({ ...counts, nodesSeen: 0, linksCarrying: 0 }, undefined, false)).toMatch(
    /^None .* own line first\.$/u,
  );
  expect(headline({ ...counts, nodesSeen: 0 }, undefined, true)).toBe(
    "The first look at the tree is not complete.",
  );
});
