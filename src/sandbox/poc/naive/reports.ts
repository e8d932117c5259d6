/** What pglogical itself says of all this. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import type { Sessions } from "../../../postgres/sessions.ts";
import { type PocTree, SITES } from "../tree.ts";
import { subscriptions } from "./sql.ts";

/** One subscription, in pglogical's words. */
export interface Report {
  readonly site: string;
  readonly subscription: string;
  readonly status: string;
}

const ABOVE = SITES.filter(({ tier }) => tier !== "district").map(({ name }) => name);

/** The status of every subscription by `pglogical.show_subscription_status()`. */
export async function reportedStatus(sessions: Sessions): Promise<readonly Report[]> {
  const reports = ABOVE.map(async (site) => {
    const found = await (await sessions.get(site)).all(subscriptions);
    return found.map(({ name, status }) => ({ site, subscription: name, status }));
  });
  return (await Promise.all(reports)).flat();
}

/** How many updates were skipped for want of the row: the only trace, and it is in the server logs alone. */
export async function skippedInLogs(tree: PocTree): Promise<number> {
  let skipped = 0;
  for (const site of ABOVE) {
    const lines = createInterface({ input: createReadStream(tree.cluster(site).logFile) });
    for await (const line of lines) if (line.includes("Resolution: skip")) skipped += 1;
  }
  return skipped;
}
