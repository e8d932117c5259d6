/** What the steps that move data need. */
import type { Topology } from "../domain/topology.ts";
import type { Sessions } from "../postgres/sessions.ts";
import type { Consents } from "./consent.ts";

/** copy: from server to server through the tool; stream: through the link itself, in order with live changes. */
export interface SeedWay {
  readonly way: "copy" | "stream";
  /** The most that a first copy through the stream may send. Absent: no limit. */
  readonly bytesPerSecond?: number;
}

export interface DataTools {
  readonly topology: Topology;
  readonly sessions: Sessions;
  readonly signal: AbortSignal;
  /** How long one wait may take. */
  readonly timeoutMs: number;
  /** How first copies travel. Default: as fast as they can, through the tool. */
  readonly seed?: SeedWay;
  /** Tells a person how far the step is. */
  progress(detail: string): void;
}

/** What first copies need besides. */
export interface SeedTools extends DataTools {
  /** What was agreed to of rows that would go above. */
  readonly consents: Consents;
}
