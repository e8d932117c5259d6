/** What is not as it should be, how much that matters, and when it becomes a loss. Pure. */
import { duration } from "../../domain/amounts.ts";
import type { Forecast } from "../forecast.ts";
import { moment } from "./moment.ts";

/** From what needs nobody to what needs somebody now. */
export const SEVERITIES = ["ok", "note", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

const WORDS: Readonly<Record<Severity, string>> = {
  ok: "all right",
  note: "worth knowing",
  warning: "needs somebody",
  critical: "needs somebody now",
};

/** A severity in words: a colour alone tells nothing. */
export const severityWord = (severity: Severity): string => WORDS[severity];

/** Somebody has to do something. */
export const needsSomebody = (severity: Severity): boolean =>
  severity === "warning" || severity === "critical";

export interface Trouble {
  readonly severity: Exclude<Severity, "ok">;
  /** What is. */
  readonly says: string;
  /** The next step. */
  readonly hint: string;
  /** The page of docs/runbooks that has the steps, where there is one. */
  readonly runbook?: string;
  /** It follows from what is told of another part of the tree, and ends with that. */
  readonly isConsequence?: true;
}

/** The most severe of all. */
export const worstOf = (severities: readonly Severity[]): Severity =>
  severities.reduce(
    (worst, one) => (SEVERITIES.indexOf(one) > SEVERITIES.indexOf(worst) ? one : worst),
    "ok",
  );

/** Where something will be lost, and when. */
export interface Loss {
  readonly what: "slot" | "disk";
  /** Of a disk. */
  readonly mount?: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** It was seen to be lost. Else it is what the rates of the last hours lead to. */
  readonly hasHappened?: true;
  /** The node has not been seen since that was foreseen. */
  readonly isUnseen?: true;
}

/** The first moment that a forecast names, by whichever window. Undefined: none, as things are. */
export function soonest(forecast: Forecast = {}): number | undefined {
  const at = Math.min(...Object.values(forecast));
  return Number.isFinite(at) ? at : undefined;
}

/** The loss that comes first. */
export const firstLoss = (losses: readonly Loss[]): Loss | undefined =>
  losses.toSorted((one, other) => one.at - other.at)[0];

/** A loss that is so near decides what comes first; beyond that the severity does. */
const NEAR_SECONDS = 3 * 86_400;
const OUT_OF_SIGHT_SECONDS = 30 * 86_400;

/** `slot lost in 3 h 20 min`. Beyond a month nobody knows. */
export function lossWords(loss: Loss | undefined, now: number): string {
  if (loss === undefined || loss.at - now > OUT_OF_SIGHT_SECONDS) return "no loss in sight";
  const [thing, fate] = loss.what === "slot" ? ["slot", "lost"] : [diskName(loss.mount), "full"];
  if (loss.hasHappened === true) return `${thing} ${fate}`;
  if (loss.at > now) return `${thing} ${fate} in ${duration(loss.at - now)}`;
  return loss.isUnseen === true
    ? `${thing} may be ${fate} since ${moment(loss.at, now)}`
    : `${thing} can be ${fate} at any moment`;
}

/** It is a matter of days, or has happened. */
export const isNear = (loss: Loss | undefined, now: number): boolean =>
  loss !== undefined && loss.at - now < NEAR_SECONDS;

/** How long there is until a loss that is near, and until what. Undefined: none is, or it is too late. */
export function timeLeft(
  loss: Loss | undefined,
  now: number,
): { readonly left: string; readonly until: string } | undefined {
  if (loss === undefined || !isNear(loss, now) || loss.hasHappened === true || loss.at <= now)
    return undefined;
  const until = loss.what === "slot" ? "the slot is lost" : `the ${diskName(loss.mount)} is full`;
  return { left: duration(loss.at - now), until };
}

/** `disk`, `disk of the WAL`, `disk of tablespace fast`. */
export function diskName(mount = "data"): string {
  if (mount === "data") return "disk";
  return mount === "wal" ? "disk of the WAL" : `disk of tablespace ${mount.replace(/^ts:/u, "")}`;
}
