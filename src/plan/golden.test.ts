import { describe, expect, test } from "vitest";

import { renderPlan } from "../cli/render/plan.ts";
import { goldenCase, goldenCases } from "../../test/support/golden.ts";
import { plan } from "./plan.ts";

describe("plans, as people read them", () => {
  test.each(goldenCases())("golden %s", async (name) => {
    const { topology, state, options, planFile } = await goldenCase(name);
    await expect(renderPlan(plan(topology, state, options))).toMatchFileSnapshot(planFile);
  });
});
