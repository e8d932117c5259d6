/**
 * Rows carried by a row filter: what is lost never arrives, so we wait until the stream has passed. A mark in the provider's
 * WAL has been passed when the subscriber's slot has confirmed it.
 */
import type { Session } from "../../../postgres/session.ts";
import type { Sessions } from "../../../postgres/sessions.ts";
import { eventually } from "../../eventually.ts";
import type { Arrived, Carrier, Clock } from "../carrier.ts";
import { officeDigest, strays } from "../sql.ts";
import { SITES, pathUp } from "../tree.ts";
import { enable, mark, nodeName, passed, subscriptionName, subscriptions } from "./sql.ts";

interface Waiting {
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
}

const PASSAGE_TIMEOUT_MS = 60_000;

/** Waits until the subscriber has taken in all that the provider has committed by now. */
export async function untilPassed(
  { sessions, signal }: Waiting,
  provider: string,
  subscriber: string,
  timeoutMs: number = PASSAGE_TIMEOUT_MS,
): Promise<void> {
  const session = await sessions.get(provider);
  const { lsn } = await session.one(mark);
  const hasPassed = async (): Promise<true | undefined> => {
    const slot = await session.one(passed, lsn, nodeName(provider), subscriptionName(provider));
    return slot.passed ? true : undefined;
  };
  await eventually(hasPassed, {
    timeoutMs,
    what: `"${subscriber}" has passed all of "${provider}"`,
    signal,
  });
}

/** The carrier of a tree with row filters. */
export function filterCarrier(waiting: Waiting): Carrier {
  return {
    arrival: async (office, sites, clock = {}) => new Map(await passUp(waiting, office, sites, clock)),
    reconnect: async () => {
      for (const { name, tier } of SITES)
        if (tier !== "district") await reconnect(await waiting.sessions.get(name));
    },
    countStrays: async (session) => (await session.one(strays)).found,
  };
}

async function passUp(
  waiting: Waiting,
  office: string,
  sites: readonly string[],
  { since = performance.now(), timeoutMs }: Clock,
): Promise<readonly [string, Arrived][]> {
  const wanted = await (await waiting.sessions.get(office)).one(officeDigest, [office], true);
  const arrived: [string, Arrived][] = [];
  let provider = office;
  for (const site of pathUp(office)) {
    await untilPassed(waiting, provider, site, timeoutMs);
    if (sites.includes(site)) {
      const ms = performance.now() - since;
      const { rows, digest } = await (await waiting.sessions.get(site)).one(officeDigest, [office], false);
      arrived.push([site, { ms, rows, wanted: wanted.rows, isEqual: digest === wanted.digest }]);
    }
    provider = site;
  }
  return arrived;
}

/** Has the subscriptions that are down connect. */
export async function reconnect(session: Session): Promise<void> {
  for (const { name, status } of await session.all(subscriptions))
    if (status === "down") await session.run([enable(name)]);
}
