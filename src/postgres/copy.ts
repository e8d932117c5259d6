/** COPY from one server into another. Nothing is held in memory but what is on its way. */
import { finished } from "node:stream/promises";

import type pg from "pg";

/** Runs `copy … to stdout` on one connection into `copy … from stdin` on another. Throws what either server said. */
export async function copyAcross(from: pg.Client, out: string, to: pg.Client, into: string): Promise<void> {
  const { from: copyFrom, to: copyTo } = await import("pg-copy-streams");
  const source = from.query(copyTo(out));
  const sink = to.query(copyFrom(into));
  // Once the subscriber has refused a row, the rest is read and dropped: the provider's connection stays usable.
  sink.once("error", () => source.resume());
  source.once("error", (error) => sink.destroy(error));
  source.pipe(sink);
  const [read, written] = await Promise.allSettled([finished(source), finished(sink)]);
  if (read.status === "rejected") throw read.reason;
  if (written.status === "rejected") throw written.reason;
}
