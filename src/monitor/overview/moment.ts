/** Moments as people read them. In UTC: the page is rendered in one place and read in others. Pure. */

/** `14:03 UTC`, or with its day where that is not the day of `now`. Seconds since 1970. */
export function moment(at: number, now: number): string {
  const [day, time] = isoOf(at);
  const [today] = isoOf(now);
  return `${day === today ? "" : `${day} `}${time.slice(0, 5)} UTC`;
}

/** `14:03:20 UTC`. */
export const clock = (at: number): string => `${isoOf(at)[1].slice(0, 8)} UTC`;

/** Beyond what a Date can hold a server's clock, or a beat from elsewhere, is wrong anyway. */
const LATEST = 8.64e12;

function isoOf(at: number): readonly [day: string, time: string] {
  const bounded = Math.min(LATEST, Math.max(-LATEST, Number.isNaN(at) ? 0 : at));
  const [day = "", time = ""] = new Date(bounded * 1000).toISOString().split("T");
  return [day, time];
}
