/** Why a look failed, as a label: a word of a short list. */
import type { TributaryError } from "../domain/errors.ts";
import type { Failure, FailureReason } from "./record.ts";

const REASONS: Readonly<Record<string, FailureReason>> = {
  "unknown-host": "dns",
  refused: "refused",
  "no-route": "refused",
  "connection-lost": "refused",
  "server-not-ready": "refused",
  "too-many-connections": "refused",
  "read-only": "query",
  "no-answer": "timeout",
  tls: "tls",
  "not-the-server": "tls",
  "wrong-password": "auth",
  "not-authorized": "auth",
  "unknown-database": "auth",
  "insufficient-privilege": "permission",
  "not-set-up": "not_set_up",
};

/** The failure behind an error of a look. */
export function failureOf({ code, message, hint }: TributaryError): Failure {
  return {
    reason: REASONS[code] ?? "query",
    message: message.replace(/^node "[^"]*": /u, ""),
    ...(hint === undefined ? {} : { hint }),
  };
}
