/**
 * What the monitor knows over a restart: lag in seconds is read from positions of the past, and a node that is dark keeps
 * its alarms. One line of JSON for each node, so that neither reading nor writing holds anything up.
 */
import { jsonText } from "../domain/legible.ts";
import { open, readFile, rename } from "node:fs/promises";
import { setImmediate as yieldTurn } from "node:timers/promises";
import { z } from "zod";

import { History } from "./history.ts";
import { type NodeRecord, newRecord } from "./record.ts";

const points = z.array(z.tuple([z.number(), z.number()]));
/** Infinity is null in JSON. */
const moment = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.POSITIVE_INFINITY);
const forecast = z.object({ "6h": moment.optional(), "24h": moment.optional() });
const heading = z.object({ tributary: z.literal("monitor"), version: z.literal(1), project: z.string() });
const line = z.object({
  node: z.string(),
  lastSuccessAt: z.number().optional(),
  walWrittenBytes: z.number(),
  positions: points,
  slots: z.record(
    z.string(),
    z.object({
      isLost: z.boolean(),
      inactiveSince: z.number().optional(),
      oldestUnconfirmedAt: z.number(),
      confirmed: z.number(),
      confirmedChangedAt: z.number(),
      loss: forecast,
      lossUnread: forecast,
    }),
  ),
  mounts: z.record(z.string(), z.object({ avail: points, full: forecast })),
});

type Line = z.infer<typeof line>;

/** Writes the file as a whole, or not at all. */
export async function saveMemory(
  file: string,
  project: string,
  records: ReadonlyMap<string, NodeRecord>,
): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, "w", 0o600);
  try {
    await handle.write(`${jsonText({ tributary: "monitor", version: 1, project })}\n`);
    for (const record of records.values()) {
      await handle.write(`${jsonText(lineOf(record))}\n`);
      await yieldTurn();
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

export interface Remembered {
  readonly records: Map<string, NodeRecord>;
  /** Why nothing is remembered, for people. Absent: all is, or there was nothing. */
  readonly trouble?: string;
}

/** Reads the file. One that cannot be read is laid aside, and the monitor begins anew. */
export async function loadMemory(file: string, project: string): Promise<Remembered> {
  try {
    const text = await readFile(file, "utf8");
    const [first = "", ...rest] = text.trimEnd().split("\n");
    const head = heading.parse(JSON.parse(first));
    if (head.project !== project) throw new Error(`it is of project "${head.project}"`);
    const records = rest.map((one) => recordOf(line.parse(JSON.parse(one))));
    return { records: new Map(records.map((record) => [record.name, record])) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { records: new Map() };
    const aside = `${file}.broken`;
    await rename(file, aside);
    const why = error instanceof z.ZodError ? "it has another shape" : String((error as Error).message);
    return {
      records: new Map(),
      trouble: `${file} is not what a monitor wrote (${why}): it is now ${aside}, and lag and forecasts begin anew`,
    };
  }
}

function lineOf(record: NodeRecord): Line {
  const { name, lastSuccessAt, walWrittenBytes, positions, slots, mounts } = record;
  return {
    node: name,
    ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }),
    walWrittenBytes,
    positions: positions.saved() as [number, number][],
    slots: Object.fromEntries(
      [...slots].map(([slot, known]) => [slot, { ...known, retained: undefined }]),
    ) as Line["slots"],
    mounts: Object.fromEntries(
      [...mounts].map(([mount, { avail, full }]) => [
        mount,
        { avail: avail.saved() as [number, number][], full },
      ]),
    ) as Line["mounts"],
  };
}

function recordOf({ node, positions, slots, mounts, ...known }: Line): NodeRecord {
  return {
    ...newRecord(node),
    ...(known.lastSuccessAt === undefined ? {} : { lastSuccessAt: known.lastSuccessAt }),
    walWrittenBytes: known.walWrittenBytes,
    positions: new History(positions),
    slots: new Map(
      Object.entries(slots).map(([slot, { inactiveSince, loss, lossUnread, ...rest }]) => [
        slot,
        {
          ...rest,
          ...(inactiveSince === undefined ? {} : { inactiveSince }),
          retained: new History(),
          loss: withoutUndefined(loss),
          lossUnread: withoutUndefined(lossUnread),
        },
      ]),
    ),
    mounts: new Map(
      Object.entries(mounts).map(([mount, { avail, full }]) => [
        mount,
        { avail: new History(avail), full: withoutUndefined(full) },
      ]),
    ),
  };
}

const withoutUndefined = (found: z.infer<typeof forecast>): { "6h"?: number; "24h"?: number } =>
  Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
