/** Amounts as people read them. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** `73.4 MB`: as PostgreSQL counts, with 1024. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** `3 s`, `12 min`, `3 h 20 min`, `2 d 5 h`, `30 d`: two units at most, and the second where it tells something. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (seconds < DAY) return pair(minutes, 60, "h", "min");
  if (seconds < 10 * DAY) return pair(Math.round(seconds / HOUR), 24, "d", "h");
  return `${Math.round(seconds / DAY)} d`;
}

function pair(count: number, size: number, large: string, small: string): string {
  const rest = count % size;
  return `${Math.floor(count / size)} ${large}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
