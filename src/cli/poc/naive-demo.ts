/** The same scenes on plain pglogical with row filters: what is lost, stale and leaked, and who says so. */
import { type Audit, auditTree } from "../../sandbox/poc/naive/audit.ts";
import { filterCarrier } from "../../sandbox/poc/naive/passage.ts";
import { type Report, reportedStatus, skippedInLogs } from "../../sandbox/poc/naive/reports.ts";
import { resynchronizeAttachments } from "../../sandbox/poc/naive/resynchronize.ts";
import { SCENES } from "../../sandbox/poc/scenes.ts";
import type { Context } from "../context.ts";
import { changedAudits, naiveJson, renderAudit, renderVerdict } from "../render/poc-naive.ts";
import type { Running } from "./demo.ts";

/** Plays and audits. What it finds is the point, so it ends well whatever that is. */
export async function naiveDemo(context: Context, running: Running): Promise<number> {
  const { tree, sessions, narrate } = running;
  const { signal } = context;
  const reports: Report[] = [];
  const play = (title: string, scene: () => Promise<readonly string[]>): Promise<void> =>
    narrate.stage(title, async () => {
      const lines = await scene();
      const reported = await reportedStatus(sessions);
      reports.push(...reported);
      return { result: undefined, lines: [...lines, `pglogical says: ${describeReports(reported)}`] };
    });
  const audit = (title: string): Promise<readonly Audit[]> =>
    narrate.stage(title, async () => ({ result: await auditTree(sessions), lines: [] }));

  const stage = { tree, sessions, carrier: filterCarrier({ sessions, signal }) };
  for (const scene of SCENES) await play(scene.title, () => scene.play(stage));
  const afterScenes = await audit("Every tier audited, row by row and column by column");
  if (!context.json) context.stdout(renderAudit(afterScenes));
  await play("An administrator misses rows and resynchronizes a table", () =>
    resynchronizeAttachments({ tree, sessions, signal }),
  );
  const afterResync = await audit("What that changed");
  const outcome = { afterScenes, afterResync, reports, skipped: await skippedInLogs(tree) };
  if (context.json) context.stdout(naiveJson(narrate.played, outcome));
  else
    context.stdout(
      ["", renderAudit(changedAudits(afterScenes, afterResync)), "", renderVerdict(outcome)].join("\n"),
    );
  return 0;
}

function describeReports(reports: readonly Report[]): string {
  const statuses = [...new Set(reports.map(({ status }) => status))];
  return statuses
    .map((status) => `${reports.filter((report) => report.status === status).length} × ${status}`)
    .join(", ");
}
