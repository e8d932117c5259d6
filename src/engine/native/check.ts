/** What native replication needs of a server. Pure. */
import type { ServerFacts } from "../../domain/server.ts";
import type { Problem } from "../../domain/step.ts";
import { type Links, checkServerFor, checkWalLevel } from "../server-checks.ts";

/** Every unmet precondition, each with the line that mends it. */
export function checkNative(node: string, server: ServerFacts, links: Links): readonly Problem[] {
  return checkServerFor(node, server, links, {
    outputPlugin: "pgoutput",
    others: links.above > 0 ? [checkWalLevel(server)] : [],
    capacity: [
      {
        setting: "max_logical_replication_workers",
        least: links.below,
        why: `one for each subscription`,
      },
      {
        setting: "max_worker_processes",
        least: links.below + 1,
        why: `1 for the server, ${links.below} for subscriptions`,
      },
    ],
  });
}
