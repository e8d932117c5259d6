/**
 * Looks for known faults in the packages that the tool runs on. A registry that keeps no list of them is no finding: it says so, and
 * ends well. Run it where the registry answers: `npm run audit`.
 */
import { spawnSync } from "node:child_process";

import { z } from "zod";

const report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ severity: z.string(), range: z.string(), fixAvailable: z.unknown() }),
  ),
});

export interface Verdict {
  readonly isSound: boolean;
  readonly says: readonly string[];
}

/** What `npm audit --json` printed, judged. */
export function judge(printed: string): Verdict {
  const parsed = report.safeParse(jsonOf(printed));
  if (!parsed.success)
    return {
      isSound: true,
      says: ["NOT audited: this registry does not say which packages have known faults."],
    };
  const found = Object.entries(parsed.data.vulnerabilities);
  if (found.length === 0)
    return { isSound: true, says: ["No package that the tool runs on has known faults."] };
  return {
    isSound: false,
    says: found.map(([name, { severity, range, fixAvailable }]) => {
      const next = fixAvailable === false ? "no version mends it yet" : "npm audit fix mends it";
      return `${name} ${range}: ${severity}; ${next}.`;
    }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

if (process.argv[1]?.endsWith("audit.ts") === true) {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], { encoding: "utf8" });
  const { isSound, says } = judge(stdout);
  for (const line of says) console.log(line);
  process.exitCode = isSound ? 0 : 1;
}
