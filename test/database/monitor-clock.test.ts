/** A server whose clock is wrong: libfaketime moves it. */
import { existsSync, readdirSync } from "node:fs";

import { expect, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { startMonitor } from "../support/monitor.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { provision } from "../support/provision.ts";

const tree = useTestTree({ districts: 0, environment: { LD_PRELOAD: library(), FAKETIME: "+1h" } });

function library(): string {
  const folder = readdirSync("/usr/lib").find((name) =>
    existsSync(`/usr/lib/${name}/faketime/libfaketimeMT.so.1`),
  );
  const found = folder === undefined ? undefined : `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`;
  if (found === undefined) throw new Error("there is no libfaketime (Debian: apt-get install faketime)");
  return found;
}

test("a clock that is an hour ahead", async () => {
  const { topology } = await provision(
    tree,
    { main: { tables: { "public.item": {} } } },
    {},
    { monitor: {} },
  );
  await using monitor = await startMonitor(topology);
  await monitor.until("it is seen", ({ nodes }) => nodes.every(({ record }) => record.isUp));
  expect(monitor.node("nation").record.clockSkewSeconds).toBeCloseTo(3600, -1);
  await using prometheus = await startPrometheus(monitor.url);
  const alert = await prometheus.untilFiring("TributaryClockSkew", { node: "nation" });
  expect(alert.annotations["summary"]).toContain("nation");
});
