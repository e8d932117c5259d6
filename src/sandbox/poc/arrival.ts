/** Waits until a change has arrived everywhere above. */
import type { Sessions } from "../../postgres/sessions.ts";
import { eventually } from "../eventually.ts";
import { officeDigest } from "./sql.ts";

interface Waiting {
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
}

/** Milliseconds by site. */
export type Arrival = ReadonlyMap<string, number>;

const ARRIVAL_TIMEOUT_MS = 60_000;

/** Waits until the sites have exactly what the offices have approved. */
export async function untilEqual(
  waiting: Waiting,
  offices: readonly string[],
  sites: readonly string[],
): Promise<void> {
  await measureArrival(waiting, offices, sites);
}

/** As `untilEqual`, and tells how long each site took. The clock starts at `since`, by default now. */
export async function measureArrival(
  { sessions, signal }: Waiting,
  offices: readonly string[],
  sites: readonly string[],
  { since = performance.now(), timeoutMs = ARRIVAL_TIMEOUT_MS }: { since?: number; timeoutMs?: number } = {},
): Promise<Arrival> {
  const wanted = await Promise.all(
    offices.map(async (office) => (await sessions.get(office)).one(officeDigest, [office], true)),
  );
  const entries = sites.map(async (site): Promise<[string, number]> => {
    const session = await sessions.get(site);
    const isEqual = async (): Promise<boolean> => {
      const present = await Promise.all(offices.map((office) => session.one(officeDigest, [office], false)));
      return present.every((found, index) => found.digest === wanted[index]?.digest);
    };
    return eventually(async () => ((await isEqual()) ? [site, performance.now() - since] : undefined), {
      timeoutMs,
      what: `"${site}" has what ${offices.join(", ")} approved`,
      signal,
    });
  });
  return new Map(await Promise.all(entries));
}
