/** What pglogical needs of a server. Pure. */
import type { ServerFacts } from "../../domain/server.ts";
import type { Problem } from "../../domain/step.ts";
import {
  type Found,
  type Links,
  RESTART,
  checkServerFor,
  checkWalLevel,
  listOf,
  unmet,
} from "../server-checks.ts";

/** Every unmet precondition, each with the line that mends it. */
export function checkPglogical(node: string, server: ServerFacts, links: Links): readonly Problem[] {
  return checkServerFor(node, server, links, {
    outputPlugin: "pglogical_output",
    // It wants logical WAL at both ends.
    others: [checkAvailable(server), checkWalLevel(server), checkPreload(server)],
    capacity: [
      {
        setting: "max_worker_processes",
        // The launcher of native replication is one, too.
        least: links.below + 3,
        why: `3 for the server and pglogical, ${links.below} for subscriptions`,
      },
    ],
  });
}

function checkAvailable({ availableExtensions, installedExtensions, versionNum }: ServerFacts): Found {
  const isThere = [availableExtensions, installedExtensions].some(
    (known) => known["pglogical"] !== undefined,
  );
  if (isThere) return undefined;
  return unmet(
    "extension-missing",
    "the extension pglogical is not on the server, needs to be.",
    `Install it on the server's machine: apt-get install postgresql-${Math.trunc(versionNum / 10_000)}-pglogical`,
  );
}

function checkPreload({ settings }: ServerFacts): Found {
  const present = listOf(settings["shared_preload_libraries"]);
  if (present.includes("pglogical")) return undefined;
  return unmet(
    "shared-preload-libraries",
    `shared_preload_libraries is "${settings["shared_preload_libraries"] ?? ""}", needs "pglogical" in it.`,
    `ALTER SYSTEM SET shared_preload_libraries = ${[...present, "pglogical"].join(", ")}; ${RESTART}`,
  );
}
