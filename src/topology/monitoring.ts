/** What the file says about watching, normalised. */
import { createHash } from "node:crypto";

import type { Monitoring, MonitorPassword, SshAddress, VerifySchedule, Watch } from "../domain/topology.ts";
import { longestPauseSeconds } from "./cron.ts";
import type { TopologyFile, VerifyEntry, WatchEntry } from "./schema.ts";
import { scramVerifier } from "../postgres/scram.ts";

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const UNIT_BYTES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };
const SSH_PORT = 22;

/** Undefined where the file says nothing of it. `password` has no placeholders left. */
export function monitoringOf(
  { project, monitor: preset, nodes }: TopologyFile,
  password: string | undefined,
): Monitoring | undefined {
  const entries = Object.entries(nodes);
  if (preset === undefined && entries.every(([, node]) => node.monitor === undefined)) return undefined;
  const { role = `${project.replaceAll("-", "_")}_monitor`, interval = "15s" } = preset ?? {};
  // Most nodes have the same one, and to read it takes milliseconds.
  const schedules = new Map<string, VerifySchedule>();
  return {
    role,
    ...(password === undefined ? {} : { password: secretOf(password, `${project} ${role}`) }),
    intervalMs: milliseconds(interval),
    watches: new Map(
      entries.map(([name, node]) => [name, watchOf({ ...preset, ...node.monitor }, schedules)]),
    ),
  };
}

function secretOf(text: string, purpose: string): MonitorPassword {
  const verifier = scramVerifier(text, purpose);
  return { text, verifier, mark: createHash("md5").update(verifier).digest("hex") };
}

function watchOf(entry: WatchEntry, schedules: Map<string, VerifySchedule>): Watch {
  const { heartbeat = "60s", offline_budget = "8h", staleness_budget = "1h", capacity, ssh, verify } = entry;
  return {
    heartbeatMs: milliseconds(heartbeat),
    offlineBudgetMs: milliseconds(offline_budget),
    stalenessBudgetMs: milliseconds(staleness_budget),
    ...(capacity === undefined ? {} : { capacityBytes: inBytes(capacity) }),
    ...(ssh === undefined ? {} : { ssh: sshAddress(ssh) }),
    ...(typeof verify === "object" ? { verify: scheduleOf(verify, schedules) } : {}),
  };
}

function scheduleOf(entry: VerifyEntry, known: Map<string, VerifySchedule>): VerifySchedule {
  const key = JSON.stringify(entry);
  const { every, time_zone, max_rate } = entry;
  const schedule = known.get(key) ?? {
    every,
    ...(time_zone === undefined ? {} : { timeZone: time_zone }),
    intervalSeconds: longestPauseSeconds(every),
    bytesPerSecond: max_rate === undefined ? 0 : inBytes(max_rate),
  };
  known.set(key, schedule);
  return schedule;
}

function sshAddress({ host, port, user, key, host_key }: NonNullable<WatchEntry["ssh"]>): SshAddress {
  return {
    host,
    port: port ?? SSH_PORT,
    user,
    ...(key === undefined ? {} : { key }),
    ...(host_key === undefined ? {} : { hostKey: host_key }),
  };
}

const milliseconds = (duration: string): number =>
  Number(duration.slice(0, -1)) * (UNIT_MS[duration.slice(-1)] ?? Number.NaN);

const inBytes = (size: string): number =>
  Number(size.slice(0, -2)) * (UNIT_BYTES[size.slice(-2)] ?? Number.NaN);
