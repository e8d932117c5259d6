/** Rows carried by Tributary: they have arrived when both ends are equal. */
import type { Sessions } from "../../postgres/sessions.ts";
import { eventually } from "../eventually.ts";
import type { Arrived, Carrier } from "./carrier.ts";
import { officeDigest, outboxStrays, strays } from "./sql.ts";

const ARRIVAL_TIMEOUT_MS = 60_000;

/** The carrier of a tree that `apply` has provisioned. */
export function tributaryCarrier(
  sessions: Sessions,
  signal: AbortSignal,
  reconnect: (() => Promise<void>) | undefined,
): Carrier {
  return {
    ...(reconnect === undefined ? {} : { reconnect }),
    countStrays: async (session) =>
      (await session.one(strays)).found + (await session.one(outboxStrays)).found,
    arrival: async (office, sites, { since = performance.now(), timeoutMs = ARRIVAL_TIMEOUT_MS } = {}) => {
      const wanted = await (await sessions.get(office)).one(officeDigest, [office], true);
      const entries = sites.map(async (site): Promise<[string, Arrived]> => {
        const session = await sessions.get(site);
        const arrived = async (): Promise<Arrived | undefined> => {
          const present = await session.one(officeDigest, [office], false);
          if (present.digest !== wanted.digest) return undefined;
          return {
            ms: performance.now() - since,
            rows: present.rows,
            wanted: wanted.rows,
            isEqual: true,
          };
        };
        const what = `"${site}" has what ${office} approved`;
        return [site, await eventually(arrived, { timeoutMs, what, signal })];
      });
      return new Map(await Promise.all(entries));
    },
  };
}
