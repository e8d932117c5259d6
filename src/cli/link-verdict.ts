/** How a link stands, why, and what to do: from all that was seen of it. Pure. */
import {
  type Imposture,
  isDisabled,
  type ReachableNode,
  type SubscriptionState,
  type SubscriptionStatus,
} from "../domain/state.ts";
import type { Link } from "../domain/topology.ts";
import { isOwnershipConflict } from "./parked-advice.ts";
import type { ParkedGroup } from "./parked-rows.ts";

/** What came over the link, from whichever node. */
export interface Arrived {
  readonly parkedRows: number;
  readonly parked: readonly ParkedGroup[];
  readonly secondsAgo: number | null;
  readonly reason: string | undefined;
}

/** What is known of a link. */
export interface Evidence {
  readonly link: Link;
  readonly subscriber: ReachableNode | undefined;
  readonly provider: ReachableNode | undefined;
  readonly stream: SubscriptionState | undefined;
  readonly hasSlot: boolean;
  readonly isLive: boolean;
  readonly refusals: number;
  readonly gap: string | undefined;
  readonly impostures: readonly Imposture[];
  readonly arrived: Arrived;
}

/** Without an error all is well. */
export interface Verdict {
  readonly state: SubscriptionStatus;
  readonly error?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** How the link stands, why, and what to do; the first that applies. */
export function judge(seen: Evidence): Verdict {
  const { link, subscriber, provider } = seen;
  const status = seen.stream?.status;
  if (subscriber === undefined)
    return {
      state: "unknown",
      error: `node "${link.subscriber.name}" cannot be reached`,
      hint: `Bring node "${link.subscriber.name}" back.`,
    };
  if (status === undefined)
    return { state: "unknown", error: "not set up yet", hint: "Run tributary apply." };
  if (provider === undefined)
    return {
      state: status === "replicating" ? "unknown" : status,
      error: `node "${link.provider.name}" cannot be reached`,
      hint: `Bring node "${link.provider.name}" back: what it has to send waits there.`,
    };
  return judgeStream(seen, status);
}

function judgeStream(seen: Evidence, status: SubscriptionStatus): Verdict {
  const { link, arrived } = seen;
  if (!seen.hasSlot && seen.isLive)
    return {
      state: "down",
      error: "its slot is gone, and with it what was not sent yet",
      hint: "Run tributary apply: it starts the link anew and copies what is missing.",
    };
  if (seen.gap !== undefined)
    return {
      state: status,
      error: seen.gap,
      hint: "Run tributary apply: it starts the link anew, compares both ends and copies what differs.",
    };
  if (seen.refusals > 0)
    return {
      state: status === "replicating" ? "down" : status,
      error: `node "${link.provider.name}" sent commands, which are refused here: the stream stands still before them`,
      hint: `Find out who put them into pglogical.queue there; then move past them: tributary skip ${link.provider.name}`,
    };
  if (!seen.isLive)
    return {
      state: "initializing",
      error: "the first copy is not complete",
      hint: "When no apply is running, run tributary apply: it goes on where it stopped.",
    };
  if (isDisabled(status))
    return {
      state: "disabled",
      error: "the subscription is disabled",
      hint: "Run tributary apply: it enables it.",
    };
  if (status !== "replicating")
    return {
      state: status,
      error: `the stream does not run${errorsOf(seen.stream)}`,
      hint: `Look at the server log of "${link.subscriber.name}", and try the link's address from there. If a transaction stops it, tributary skip ${link.provider.name} shows which.`,
    };
  const [imposture] = seen.impostures;
  if (imposture !== undefined)
    return {
      state: status,
      error: `node "${link.provider.name}" sent messages in the name of node "${imposture.node}", which is not below it: ${imposture.messages} were not taken`,
      hint: `Find out who writes into the outboxes of "${link.provider.name}"; docs/concepts/trust.md says what to look at.`,
    };
  return arrived.parkedRows > 0 ? { state: status, ...judgeParked(arrived) } : { state: status };
}

function errorsOf(stream: SubscriptionState | undefined): string {
  const { applyErrors = 0 } = stream ?? {};
  return applyErrors === 0 ? "" : `; ${applyErrors} times so far, what arrived could not be applied`;
}

function judgeParked({ parkedRows, parked, reason }: Arrived): Pick<Verdict, "error" | "hint"> {
  const clashes = parked.filter(isOwnershipConflict).reduce((sum, { rows }) => sum + rows, 0);
  const why = parked.length === 0 ? `: ${reason ?? "reason unknown"}` : "";
  const which =
    clashes === 0 ? why : `, ${clashes} of them because another row has the key or a unique value`;
  return {
    error: `${parkedRows} ${parkedRows === 1 ? "row" : "rows"} could not be applied${which}`,
    hint: "They are tried again by themselves as messages arrive; tributary parked lists them with their keys.",
  };
}
