/** A node that is not seen, in words: since when, for how long it may be so, why, and what to do. Pure. */
import { duration } from "../../domain/amounts.ts";
import type { NodeView } from "../picture.ts";
import type { Failure, FailureReason, NodeRecord } from "../record.ts";
import { moment } from "./moment.ts";
import { withoutAddress } from "./text.ts";
import type { Trouble } from "./trouble.ts";

/** Who else knows of a node. */
export interface Watchers {
  readonly at: number;
  /** Others send to it. */
  readonly isInner: boolean;
  /** When its newest beat was sent that has arrived anywhere. */
  readonly beatAt: number | undefined;
}

/** What is told of a node that is not seen. */
export function unseen({ node, record, watch }: NodeView, watchers: Watchers): Trouble {
  const { failure, lastAttemptAt } = record;
  if (lastAttemptAt === undefined || failure === undefined)
    return { severity: "note", says: "it was not looked at yet", hint: "The monitor does so by itself." };
  const isRoot = node.upstream === undefined;
  const { offlineBudgetMs, stalenessBudgetMs } = watch;
  const budget = (isRoot ? Math.min(offlineBudgetMs, stalenessBudgetMs) : offlineBudgetMs) / 1000;
  const lastSign = lastSignOf(record, watchers);
  const isOver = watchers.at - lastSign > budget;
  const patience = isOver
    ? ` (more than the ${duration(budget)} it may)`
    : ` (it may be away for ${duration(budget)})`;
  const why = withoutAddress(failure.message, node.dsn);
  return {
    severity: severityOf(failure, isOver, isRoot || watchers.isInner),
    // Nobody knows for how long already.
    says: `${since(record, watchers.at)}${lastSign === 0 ? "" : patience}${signs(record, watchers)}: ${why}`,
    hint: hintOf(failure, node.dsn),
    runbook: isRoot ? "TributaryRootUnreachable" : "TributaryNodeUnreachable",
  };
}

/** Nothing of that passes by itself, as a line that is down does. */
const IMPATIENT: readonly FailureReason[] = ["tls", "auth", "permission", "not_set_up"];

function severityOf({ reason }: Failure, isOver: boolean, hasOthersBelow: boolean): Trouble["severity"] {
  if (isOver && hasOthersBelow) return "critical";
  return isOver || IMPATIENT.includes(reason) ? "warning" : "note";
}

/** A beat that arrives is a sign of life, too. */
const lastSignOf = ({ lastSuccessAt = 0 }: NodeRecord, { beatAt = 0 }: Watchers): number =>
  Math.max(lastSuccessAt, beatAt);

const since = ({ lastSuccessAt }: NodeRecord, at: number): string =>
  lastSuccessAt === undefined
    ? "never seen since the monitor began"
    : `not seen for ${duration(at - lastSuccessAt)}, since ${moment(lastSuccessAt, at)}`;

const ALIVE_SECONDS = 600;

/** Where only the way from here is cut. */
function signs({ lastSuccessAt = 0 }: NodeRecord, { at, beatAt = 0 }: Watchers): string {
  const isAlive = beatAt > lastSuccessAt && at - beatAt < ALIVE_SECONDS;
  return isAlive ? `, yet it lives: a beat of ${duration(at - beatAt)} ago has arrived` : "";
}

const HINTS: Readonly<Record<FailureReason, string>> = {
  dns: "Correct its host in the topology file, or the name server.",
  refused: "Look whether its server runs; the monitor looks again by itself.",
  timeout: "Look at the line, and whether its server runs; the monitor looks again by itself.",
  tls: "Correct sslmode and sslrootcert in the topology file, or the server's certificate.",
  auth: "Run tributary apply: it makes the monitor's role. Then look at the server's pg_hba.conf.",
  permission: "Run tributary apply: it gives the monitor's role what it needs.",
  not_set_up: "Run tributary apply.",
  query: "Look at the server's log.",
};

/** Who watches has no command to run again. */
const hintOf = ({ reason, hint }: Failure, dsn: string): string =>
  hint === undefined || /\bsame command\b/iu.test(hint) ? HINTS[reason] : withoutAddress(hint, dsn);
