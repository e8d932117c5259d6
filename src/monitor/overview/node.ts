/** A node as people are told of it: whether it is seen, how old the root's picture of it is, its checks and its disks. Pure. */
import { bytes, duration } from "../../domain/amounts.ts";
import type { DiskView, NodeView } from "../picture.ts";
import type { DiskSource, NodeRecord } from "../record.ts";
import { plainText } from "./text.ts";
import { type Watchers, unseen } from "./unseen.ts";
import {
  type Loss,
  type Severity,
  type Trouble,
  diskName,
  firstLoss,
  lossWords,
  soonest,
  worstOf,
} from "./trouble.ts";

/** What is said of a node apart from its link. */
export interface NodeSight {
  readonly isSeen: boolean;
  /** When it was last seen. Absent: never. */
  readonly seenAt?: number;
  readonly severity: Severity;
  readonly troubles: readonly Trouble[];
  /** What the node nearest to the root has of it. Absent: of the root, and where no beat has come. */
  readonly freshness?: Freshness;
  /** Of a node that is seen. */
  readonly serverVersion?: string;
  readonly disks: readonly DiskOverview[];
  /** When a disk is full. */
  readonly soonest?: Loss;
}

export interface Freshness {
  readonly observer: string;
  readonly ageSeconds: number;
  readonly budgetSeconds: number;
}

export interface DiskOverview {
  readonly mount: string;
  readonly source: DiskSource;
  readonly sizeBytes: number;
  readonly availBytes: number;
  /** What a beat told, so many seconds ago. Absent: it was looked at. */
  readonly toldSecondsAgo?: number;
  /** When it is full, as things are. */
  readonly fullAt?: number;
}

/** What of the tree matters to a node. */
export interface Surroundings extends Watchers {
  /** Something else already tells why nothing new of it arrives. */
  readonly isExplained: boolean;
}

/** Looks at a node alone. */
export function nodeSight(view: NodeView, around: Surroundings): NodeSight {
  const { at } = around;
  const { record, beatNearestRoot: beat, watch } = view;
  const freshness: Freshness | undefined = beat && {
    observer: beat.observer,
    ageSeconds: Math.max(0, at - beat.sentAt),
    budgetSeconds: watch.stalenessBudgetMs / 1000,
  };
  const losses = diskLosses(record);
  const troubles = [
    ...(record.isUp ? [] : [unseen(view, around)]),
    ...diskTroubles(view, losses, at),
    ...stalenessTroubles(view, freshness, around.isExplained || !record.isUp),
    ...checkTroubles(view),
    ...clockTroubles(view),
    ...outboxTroubles(view),
  ];
  const first = firstLoss(losses);
  return {
    isSeen: record.isUp,
    ...(record.lastSuccessAt === undefined ? {} : { seenAt: record.lastSuccessAt }),
    severity: worstOf(troubles.map(({ severity }) => severity)),
    troubles,
    ...(freshness === undefined ? {} : { freshness }),
    ...(record.isUp && record.vitals !== undefined
      ? { serverVersion: plainText(record.vitals.version) }
      : {}),
    disks: view.disks.map((disk) => diskOverview(disk, record, at)),
    ...(first === undefined ? {} : { soonest: first }),
  };
}

/** What the root has of it is older than it may be. */
export const isStale = ({ freshness }: Pick<NodeSight, "freshness">): boolean =>
  freshness !== undefined && freshness.ageSeconds > freshness.budgetSeconds;

function diskOverview(disk: DiskView, { mounts }: NodeRecord, at: number): DiskOverview {
  const { mount, source, sizeBytes, availBytes, full } = disk;
  const fullAt = soonest(full);
  const [toldAt] = mounts.get(mount)?.avail.last ?? [];
  return {
    mount: plainText(mount),
    source,
    sizeBytes,
    availBytes,
    ...(source === "heartbeat" && toldAt !== undefined ? { toldSecondsAgo: Math.max(0, at - toldAt) } : {}),
    ...(fullAt === undefined ? {} : { fullAt }),
  };
}

/** What was foreseen stays while the node is dark. */
const diskLosses = ({ isUp, mounts }: NodeRecord): readonly Loss[] =>
  [...mounts].flatMap(([mount, { full }]) => {
    const at = soonest(full);
    if (at === undefined) return [];
    return [{ what: "disk", mount: plainText(mount), at, ...(isUp ? {} : { isUnseen: true }) } as const];
  });

const FULL_SHARE = 0.05;
/** A night's batch job that fills half of an empty disk alarms nobody. */
const FULL = {
  critical: { window: "6h", seconds: 4 * 3600, share: 0.2 },
  warning: { window: "24h", seconds: 3 * 86_400, share: 0.4 },
} as const;

function diskTroubles(view: NodeView, losses: readonly Loss[], at: number): readonly Trouble[] {
  return [...view.record.mounts].flatMap(([mount, { full }]): readonly Trouble[] => {
    // What was free when a node went dark is not shown any more; it still tells how much is to be made of what was foreseen.
    const known = view.record.disks?.mounts.find((one) => one.mount === mount);
    const share = known === undefined ? 0 : known.availBytes / known.sizeBytes;
    const isNear = ({ window, seconds, share: limit }: (typeof FULL)["critical" | "warning"]): boolean =>
      share < limit && (full[window] ?? Infinity) - at < seconds;
    const disk = view.disks.find((one) => one.mount === mount);
    if (disk !== undefined && share < FULL_SHARE)
      return [diskTrouble(view, "critical", `${diskName(plainText(mount))} almost full`, disk)];
    const loss = losses.find((one) => one.mount === plainText(mount));
    if (isNear(FULL.critical)) return [diskTrouble(view, "critical", lossWords(loss, at), disk)];
    return isNear(FULL.warning) ? [diskTrouble(view, "warning", lossWords(loss, at), disk)] : [];
  });
}

function diskTrouble(
  { node }: NodeView,
  severity: Trouble["severity"],
  what: string,
  disk: DiskView | undefined,
): Trouble {
  const free = disk && `${bytes(disk.availBytes)} of ${bytes(disk.sizeBytes)} are free`;
  return {
    severity,
    says: free === undefined ? what : `${what}: ${free}`,
    hint: `Look whether a link that is down holds WAL at "${node.name}": bring it back, or give it up by lowering max_slot_wal_keep_size. Else make room.`,
    runbook: what.endsWith("almost full") ? "TributaryDiskAlmostFull" : "TributaryDiskFillingUp",
  };
}

function stalenessTroubles(
  { node }: NodeView,
  freshness: Freshness | undefined,
  isExplained: boolean,
): readonly Trouble[] {
  if (freshness === undefined || !isStale({ freshness })) return [];
  const { observer, ageSeconds, budgetSeconds } = freshness;
  return [
    {
      severity: isExplained ? "note" : "warning",
      says: `what "${observer}" has of it is ${duration(ageSeconds)} old, more than the ${duration(budgetSeconds)} it may be`,
      hint: `Look at the links from "${node.name}" to "${observer}": where the first one does not carry, there it stops.`,
      runbook: "TributaryNodeStale",
      ...(isExplained ? { isConsequence: true } : {}),
    },
  ];
}

const CHECK_HINTS: Readonly<Record<string, string>> = {
  identity: "Correct the node's dsn in the topology file, and run tributary plan.",
  intact: "Run tributary apply: it makes it again, and compares both ends where changes may be missing.",
  schema_current: "Run tributary apply: it brings the schema to this version.",
  program_current:
    "Restart it at a quiet moment. Until then new sessions may fail to load what they need, and the application's writes with them.",
};

const CHECK_RUNBOOKS: Readonly<Record<string, string>> = {
  output_plugin_allowed: "TributaryOutputPluginNotAllowed",
  intact: "TributaryNotIntact",
  program_current: "TributaryRestartNeeded",
};

/** Those that stop data, or soon will. */
const CRITICAL_CHECKS: readonly string[] = ["output_plugin_allowed", "intact"];

const checkTroubles = ({ node, checks }: NodeView): readonly Trouble[] =>
  checks
    .filter(({ isOk }) => !isOk)
    .map(({ name, says }) => ({
      severity: CRITICAL_CHECKS.includes(name) ? "critical" : "warning",
      says: plainText(says),
      hint: CHECK_HINTS[name] ?? `Run tributary doctor --node ${node.name}: it says what to change.`,
      runbook: CHECK_RUNBOOKS[name] ?? "TributaryConfigCheckFailed",
    }));

const SKEW_SECONDS = 5;

function clockTroubles({ record: { isUp, clockSkewSeconds: skew } }: NodeView): readonly Trouble[] {
  if (!isUp || skew === undefined || Math.abs(skew) <= SKEW_SECONDS) return [];
  return [
    {
      severity: "warning",
      says: `its clock is ${duration(Math.abs(skew))} ${skew > 0 ? "ahead" : "behind"}: ages and lags that it tells are wrong by that`,
      hint: "Set its clock, and let it follow a time server.",
      runbook: "TributaryClockSkew",
    },
  ];
}

const LARGE_OUTBOX_BYTES = 1024 ** 3;

const outboxTroubles = ({ node, record: { isUp, vitals } }: NodeView): readonly Trouble[] =>
  Object.entries(isUp ? (vitals?.outboxBytes ?? {}) : {})
    .filter(([, size]) => size > LARGE_OUTBOX_BYTES)
    .map(([set, size]) => ({
      severity: "warning",
      says: `the outbox of set ${plainText(set)} takes ${bytes(size)} and is not emptied`,
      hint: `Find the transaction that keeps its tables locked, then run select tributary.prune() at "${node.name}".`,
      runbook: "TributaryOutboxGrowing",
    }));
