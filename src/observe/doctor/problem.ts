/** How doctor's findings are made. */
import type { Problem } from "../../domain/step.ts";

interface Detail {
  readonly code: string;
  readonly node: string;
  /** What is, then what is needed. */
  readonly message: string;
  readonly fix: string;
  readonly fixIsSafeSql?: boolean;
}

/** Nothing works until this is mended. */
export function error(detail: Detail): Problem {
  return { severity: "error", fixIsSafeSql: false, ...detail };
}

/** It works, with a trap. */
export function warning(detail: Detail): Problem {
  return { severity: "warning", fixIsSafeSql: false, ...detail };
}

/** `"a", "b"`. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
