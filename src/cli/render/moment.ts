/** `2026-11-21 14:02:11 UTC`. */
export const moment = (at: Date): string =>
  at
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/u, " UTC");
