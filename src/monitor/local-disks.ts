/** The disks under a node that runs on this machine. */
import { stat, statfs } from "node:fs/promises";
import { networkInterfaces } from "node:os";

import { parseDsn } from "../domain/dsn.ts";
import type { Mount, Vitals } from "../domain/vitals.ts";
import type { Disks } from "./record.ts";

/** File systems under a node's data, WAL and tablespaces, each once. Undefined: it is elsewhere, or nothing may be seen. */
export async function localDisks(dsn: string, vitals: Vitals): Promise<Disks | undefined> {
  if (!isHere(parseDsn(dsn).host ?? "localhost")) return undefined;
  const seen = new Set<number>();
  const mounts: Mount[] = [];
  for (const [mount, folder] of foldersOf(vitals)) {
    const found = await look(folder);
    if (found === undefined || seen.has(found.device)) continue;
    seen.add(found.device);
    mounts.push({ mount, sizeBytes: found.sizeBytes, availBytes: found.availBytes });
  }
  return mounts.length === 0 ? undefined : { source: "statfs", mounts };
}

/** Where a node's data is, by what is there. `pg_wal` is often a link to another disk. */
export function foldersOf({ dataDirectory, tablespaces }: Vitals): ReadonlyMap<string, string> {
  return new Map([
    ["data", dataDirectory],
    ["wal", `${dataDirectory}/pg_wal`],
    ...Object.entries(tablespaces).map(([name, folder]) => [`ts:${name}`, folder] as const),
  ]);
}

/** What is left of a disk whose size somebody declared: what we know to be on it taken off. */
export function estimatedDisks(
  capacityBytes: number,
  { walBytes }: Vitals,
  databaseBytes: number | undefined,
): Disks | undefined {
  if (databaseBytes === undefined) return undefined;
  const availBytes = Math.max(0, capacityBytes - databaseBytes - walBytes);
  return { source: "estimate", mounts: [{ mount: "data", sizeBytes: capacityBytes, availBytes }] };
}

/** Free for PostgreSQL, not for root: `bavail`. */
async function look(
  folder: string,
): Promise<{ device: number; sizeBytes: number; availBytes: number } | undefined> {
  try {
    const [{ dev }, { bsize, blocks, bavail }] = await Promise.all([stat(folder), statfs(folder)]);
    return { device: dev, sizeBytes: bsize * blocks, availBytes: bsize * bavail };
  } catch {
    // A folder that only the server's own user may enter.
    return undefined;
  }
}

function isHere(host: string): boolean {
  if (host.startsWith("/") || host === "localhost" || host === "::1" || host.startsWith("127.")) return true;
  return Object.values(networkInterfaces())
    .flat()
    .some((own) => own?.address === host);
}
