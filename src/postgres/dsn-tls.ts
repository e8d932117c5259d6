/** The TLS side of a connection URI. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { ConnectionOptions, SecureVersion } from "node:tls";

import { refuse } from "./dsn-error.ts";

export interface Tls {
  /** `prefer` goes on without TLS where the server has none; libpq's `allow` differs in the order only, and is taken for it. */
  readonly mode: "disable" | "prefer" | "require";
  readonly options: ConnectionOptions;
}

type Parameters = Readonly<Record<string, string>>;

const MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/** What the ssl parameters of a URI ask for, with libpq's defaults. */
export function tlsOf(parameters: Parameters): Tls {
  const authority = parameters["sslrootcert"];
  const wanted = authority === "system" ? "verify-full" : (parameters["sslmode"] ?? "prefer");
  if (!MODES.includes(wanted)) refuse(`sslmode=${wanted} is not known`, `Use one of: ${MODES.join(", ")}.`);
  if (wanted === "disable") return { mode: "disable", options: {} };
  const own = { ...clientCertificate(parameters), ...versions(parameters) };
  if (wanted === "allow" || wanted === "prefer")
    return { mode: "prefer", options: { rejectUnauthorized: false, ...own } };
  return { mode: "require", options: { ...verification(wanted, authority), ...own } };
}

function verification(mode: string, authority: string | undefined): ConnectionOptions {
  if (authority === "system") return { rejectUnauthorized: true };
  const file = authority ?? path.join(homedir(), ".postgresql", "root.crt");
  if (authority === undefined && !existsSync(file)) {
    if (mode === "require") return { rejectUnauthorized: false };
    refuse(
      `sslmode=${mode} needs a root certificate`,
      "Add sslrootcert=FILE, or put it into ~/.postgresql/root.crt.",
    );
  }
  // As in libpq, "require" with a root certificate is as strict as "verify-ca".
  const ignoresName = mode === "verify-full" ? {} : { checkServerIdentity: () => undefined };
  return { rejectUnauthorized: true, ca: read(file, "sslrootcert"), ...ignoresName };
}

function clientCertificate(parameters: Parameters): ConnectionOptions {
  const files = { cert: "sslcert", key: "sslkey", crl: "sslcrl" };
  const contents = Object.entries(files).flatMap(([option, parameter]) => {
    const file = parameters[parameter];
    return file === undefined ? [] : [[option, read(file, parameter)]];
  });
  const passphrase = parameters["sslpassword"];
  return { ...Object.fromEntries(contents), ...(passphrase === undefined ? {} : { passphrase }) };
}

function versions(parameters: Parameters): ConnectionOptions {
  const least = parameters["ssl_min_protocol_version"];
  const most = parameters["ssl_max_protocol_version"];
  return {
    ...(least === undefined ? {} : { minVersion: least as SecureVersion }),
    ...(most === undefined ? {} : { maxVersion: most as SecureVersion }),
  };
}

function read(file: string, parameter: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    return refuse(
      `${parameter}=${file} cannot be read`,
      "Give a path that the user who runs this can read.",
      cause,
    );
  }
}
