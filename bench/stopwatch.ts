/** How long something took, told as it happens. */
import { performance } from "node:perf_hooks";

/** Seconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Messages go to stderr; stdout is for the table. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
