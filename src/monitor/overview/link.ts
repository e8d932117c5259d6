/** A link as people are told of it: how it stands, what is wrong with it, and how long there is. Pure. */
import { bytes, duration } from "../../domain/amounts.ts";
import type { Link } from "../../domain/topology.ts";
import type { Forecast } from "../forecast.ts";
import type { DownReason, LinkStatus } from "../judge.ts";
import type { LinkView } from "../picture.ts";
import { adviceFor, stateWord } from "../words.ts";
import { type Comparison, comparisonOf, comparisonTroubles } from "./comparison.ts";
import { moment } from "./moment.ts";
import { plainText } from "./text.ts";
import { type Loss, type Severity, type Trouble, lossWords, soonest, worstOf } from "./trouble.ts";

export interface LinkOverview {
  readonly provider: string;
  readonly subscriber: string;
  readonly engine: string;
  readonly state: LinkStatus;
  readonly stateWord: string;
  readonly reason?: DownReason;
  readonly severity: Severity;
  readonly troubles: readonly Trouble[];
  /** What the subscriber has not confirmed. Of a provider that is seen. */
  readonly lagBytes?: number;
  /** How long the oldest of that has waited. */
  readonly lagSeconds?: number;
  /** The provider is not seen: the lag in seconds is what it can be at most. */
  readonly isLagAtMost?: true;
  readonly parkedRows: number;
  readonly parkedSince?: number;
  readonly refusedCommands: number;
  readonly wentBackAt?: number;
  /** Absent: both ends were never compared. */
  readonly comparison?: Comparison;
  /** When the slot, or a disk under the provider, is lost or full: what comes first. */
  readonly soonest?: Loss;
}

/** What is known of the two ends: each is looked at from here or not, and was seen or not. */
export interface LinkEnds {
  readonly provider: EndSight;
  readonly subscriber: EndSight;
}
export type EndSight = "seen" | "unseen" | "not watched";

/** The link, with what was foreseen for the slot. What is foreseen for disks comes with the provider. */
export function linkOverview(view: LinkView, ends: LinkEnds, at: number): LinkOverview {
  const { link, state, reason, parkedRows, parkedSince, refusals, wentBackAt } = view;
  const loss = slotLoss(view, ends);
  const troubles = [
    ...verdictTroubles(view, ends),
    ...lossTroubles(view, loss, at),
    ...messageTroubles(view, at),
    ...streamTroubles(view, at),
    ...comparisonTroubles(view, at),
  ];
  return {
    provider: link.provider.name,
    subscriber: link.subscriber.name,
    engine: link.provider.engine,
    state,
    stateWord: stateWord(state),
    ...(reason === undefined || isUnjudged(view, ends) ? {} : { reason }),
    severity: worstOf(troubles.map(({ severity }) => severity)),
    troubles,
    ...lagOf(view),
    parkedRows,
    ...(parkedSince === undefined ? {} : { parkedSince }),
    refusedCommands: refusals,
    ...(wentBackAt === undefined ? {} : { wentBackAt }),
    ...comparisonOf(view),
    ...(loss === undefined ? {} : { soonest: loss }),
  };
}

/** `up to date`, `3 s behind, 1.4 MB`, `at most 2 h behind`. Empty: nobody knows. */
export function lagWords({ lagBytes, lagSeconds, isLagAtMost }: LinkOverview): string {
  if (lagSeconds === undefined) return "";
  if (isLagAtMost) return `at most ${duration(lagSeconds)} behind`;
  if (lagBytes === 0) return "up to date";
  return `${duration(lagSeconds)} behind${lagBytes === undefined ? "" : `, ${bytes(lagBytes)}`}`;
}

function lagOf({
  slot,
  lagSeconds,
}: LinkView): Pick<LinkOverview, "lagBytes" | "lagSeconds" | "isLagAtMost"> {
  if (lagSeconds === undefined) return {};
  if (slot === undefined) return { lagSeconds, isLagAtMost: true };
  return { lagBytes: slot.unconfirmedBytes ?? 0, lagSeconds };
}

function slotLoss({ slotRecord, loss }: LinkView, { provider }: LinkEnds): Loss | undefined {
  const at = soonest(loss);
  if (at === undefined) return undefined;
  if (slotRecord?.isLost === true) return { what: "slot", at, hasHappened: true };
  return { what: "slot", at, ...(provider === "seen" ? {} : { isUnseen: true }) };
}

/** A judgement needs both ends: where one is not looked at from here, there is none. */
const isUnjudged = ({ reason }: LinkView, { provider, subscriber }: LinkEnds): boolean =>
  subscriber === "not watched" || (provider === "not watched" && reason === "provider_unreachable");

/** Reasons that somebody mends when there is time; all others stop data until somebody does. */
const PATIENT: readonly DownReason[] = ["disabled", "not_set_up"];

const RUNBOOKS: Readonly<Partial<Record<DownReason, string>>> = {
  disabled: "TributarySubscriptionDisabled",
  slot_missing: "TributarySlotMissing",
  slot_lost: "TributarySlotLost",
  slot_in_use: "TributarySubscriptionDown",
  plugin_not_allowed: "TributaryOutputPluginNotAllowed",
  command_refused: "TributaryCommandsRefused",
  apply_error: "TributarySubscriptionDown",
  half_open: "TributarySubscriptionDown",
  not_set_up: "TributarySubscriptionMissing",
};

function verdictTroubles(view: LinkView, ends: LinkEnds): readonly Trouble[] {
  const { link, state, reason } = view;
  if (isUnjudged(view, ends)) return [elsewhere(ends.provider === "seen" ? link.subscriber : link.provider)];
  if (reason === "provider_unreachable")
    return [{ severity: "note", ...adviceFor(reason, link), isConsequence: true }];
  if (reason !== undefined)
    return [adviceTrouble(PATIENT.includes(reason) ? "warning" : "critical", reason, link)];
  if (state === "unknown") return [unknownAbove(link)];
  if (state === "initializing") return [firstCopy(view)];
  return state === "catchup" ? [catchingUp(view)] : [];
}

function adviceTrouble(severity: Trouble["severity"], reason: DownReason, link: Link): Trouble {
  const runbook = RUNBOOKS[reason];
  return { severity, ...adviceFor(reason, link), ...(runbook === undefined ? {} : { runbook }) };
}

const elsewhere = ({ name }: Link["provider"]): Trouble => ({
  severity: "note",
  says: `node "${name}" is not watched from here`,
  hint: "The monitor of the whole tree judges this link.",
  isConsequence: true,
});

const unknownAbove = ({ subscriber: { name } }: Link): Trouble => ({
  severity: "note",
  says: `node "${name}" cannot be reached, so nobody knows how this link stands`,
  hint: `Bring node "${name}" back.`,
  isConsequence: true,
});

function firstCopy({ tables: { ready, copying, catchup } }: LinkView): Trouble {
  return {
    severity: "note",
    says: `the first copy is under way: ${ready} of ${ready + copying + catchup} tables are live`,
    hint: "When no apply is running, run tributary apply: it goes on where it stopped.",
  };
}

const catchingUp = ({ slot }: LinkView): Trouble => ({
  severity: "note",
  says: `what has waited is on its way${slot?.unconfirmedBytes === undefined ? "" : `: ${bytes(slot.unconfirmedBytes)} to go`}`,
  hint: "Nobody is needed.",
});

function lossTroubles(view: LinkView, loss: Loss | undefined, at: number): readonly Trouble[] {
  const { link, reason, slot } = view;
  if (loss === undefined || reason === "slot_lost") return [];
  // It stays told while the provider is dark.
  if (loss.hasHappened === true) return [adviceTrouble("critical", "slot_lost", link)];
  const severity = severityOfLoss(view.loss, at);
  if (severity === undefined) return [];
  return [
    {
      severity,
      says: `${lossWords(loss, at)}: it keeps all that is written until the link carries again, and "${link.provider.name}" has a limit for that`,
      hint: `Bring the link back in time, or raise max_slot_wal_keep_size at "${link.provider.name}" as far as its disk has room: a reload is enough.`,
      runbook: slot?.walStatus === "unreserved" ? "TributarySlotUnreserved" : "TributarySlotLossPredicted",
    },
  ];
}

const LOSS_SECONDS = { critical: 6 * 3600, warning: 3 * 86_400 };

/** An hour of much writing alarms nobody when the day was calm, unless it is a matter of hours. */
function severityOfLoss(loss: Forecast = {}, at: number): "critical" | "warning" | undefined {
  const { "6h": recent = Infinity, "24h": day = Infinity } = loss;
  if (recent - at < LOSS_SECONDS.critical) return "critical";
  return day - at < LOSS_SECONDS.warning ? "warning" : undefined;
}

/** What came over the link and was not taken. */
function messageTroubles(view: LinkView, at: number): readonly Trouble[] {
  const { link, reason, refusals, impostures, wentBackAt } = view;
  const troubles: readonly (Trouble | false)[] = [
    refusals > 0 && reason !== "command_refused" && adviceTrouble("critical", "command_refused", link),
    parkedTrouble(view, at),
    impostures > 0 && {
      severity: "critical",
      says: `"${link.provider.name}" sent ${impostures.toLocaleString("en")} messages in the name of nodes that are not below it: they were not taken`,
      hint: `Run tributary apply, in case the tree was changed; else find out who writes into the outboxes of "${link.provider.name}".`,
      runbook: "TributaryImpostures",
    },
    wentBackAt !== undefined && {
      severity: "critical",
      says: `node "${link.provider.name}" went back in time, as after a restore from a backup: it was noticed at ${moment(wentBackAt, at)}, and both ends may differ`,
      hint: "Run tributary apply: it starts the link anew, compares both ends and copies what differs.",
      runbook: "TributaryNodeWentBack",
    },
  ];
  return troubles.filter((trouble) => trouble !== false);
}

/** Most parked rows find their way by themselves: somebody is needed where there are many, or for long. */
const PARKED = { rows: 1000, seconds: 86_400 };

function parkedTrouble(
  { link, parkedRows, parkedSince, parkedReason }: LinkView,
  at: number,
): Trouble | false {
  if (parkedRows === 0) return false;
  const since = parkedSince === undefined ? "" : ` since ${moment(parkedSince, at)}`;
  const rows = `${parkedRows.toLocaleString("en")} ${parkedRows === 1 ? "row waits" : "rows wait"}`;
  const isMuch = parkedRows > PARKED.rows || at - (parkedSince ?? at) > PARKED.seconds;
  return {
    severity: isMuch ? "warning" : "note",
    says: `${rows} parked${since}${parkedReason === undefined ? "" : `: ${plainText(parkedReason)}`}`,
    hint: `Run tributary parked --node ${link.subscriber.name}: it lists them with their keys, and what to do. They are tried again by themselves.`,
    runbook: "TributaryRowsParked",
  };
}

/** What is wrong with a stream that runs. */
const streamTroubles = (view: LinkView, at: number): readonly Trouble[] => [
  ...stuckTroubles(view, at),
  ...heldTroubles(view),
];

const STUCK = { seconds: 900, bytes: 16 * 1024 * 1024 };

function stuckTroubles(
  { link, reason, subscription, progress, slot }: LinkView,
  at: number,
): readonly Trouble[] {
  const still = at - (progress?.lastProgressAt ?? at);
  const waiting = slot?.unconfirmedBytes ?? 0;
  const runs = reason === undefined && subscription?.isWorking === true;
  if (!runs || still <= STUCK.seconds || waiting <= STUCK.bytes) return [];
  return [
    {
      severity: "warning",
      says: `it runs, and has not moved for ${duration(still)} although ${bytes(waiting)} wait`,
      hint: `Look for locks at "${link.subscriber.name}", and for one very large transaction at "${link.provider.name}".`,
      runbook: "TributarySubscriptionStuck",
    },
  ];
}

const OLD_TRANSACTIONS = 200_000_000;

function heldTroubles({ link, slot }: LinkView): readonly Trouble[] {
  const age = slot?.catalogXminAge ?? 0;
  if (age <= OLD_TRANSACTIONS) return [];
  return [
    {
      severity: "warning",
      says: `its slot keeps PostgreSQL at "${link.provider.name}" from cleaning its catalog, for ${age.toLocaleString("en")} transactions now`,
      hint: "Bring the link back: a slot that is read lets go.",
      runbook: "TributaryCatalogXminHeld",
    },
  ];
}
