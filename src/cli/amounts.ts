/** Amounts that people write on the command line. */
import { UsageError } from "../domain/errors.ts";

const BYTES: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9 };
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `500kB`, `20MB/s`. Throws UsageError that names the option. */
export function bytesPerSecond(option: string, text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([kMG]?)B?(?:\/s)?$/u.exec(text) ?? [];
  const rate = Number(number) * (BYTES[unit] ?? 0);
  if (rate > 0) return rate;
  throw new UsageError(`--${option} is "${text}", needs to be bytes in a second`, {
    code: "usage",
    hint: `For example: --${option} 500kB.`,
  });
}

/** `90s`, `30m`, `24h`, `7d`. Throws UsageError that names the option. */
export function secondsOf(option: string, text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?) ?([smhd])$/u.exec(text) ?? [];
  const seconds = Number(number) * (SECONDS[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new UsageError(`--${option} is "${text}", needs to be a time`, {
    code: "usage",
    hint: `For example: --${option} 24h.`,
  });
}
