/** `${env:NAME}` and `${file:PATH}` in connection strings. */
import { DsnSyntaxError, parseDsn, type Dsn } from "../domain/dsn.ts";
import type { Draft } from "./draft.ts";
import type { Finding, Path } from "./source.ts";

export interface SecretSources {
  environment(name: string): string | undefined;
  /** Throws when the file cannot be read. */
  readFile(path: string): string;
}

export interface ResolvedDsn {
  readonly text: string;
  readonly parts: Dsn;
}

interface Resolution {
  /** By the name of the node; those that are sound. */
  readonly dsns: ReadonlyMap<string, ResolvedDsn>;
  readonly findings: readonly Finding[];
  readonly warnings: readonly Finding[];
}

const PLACEHOLDER = /\$\{([^}]*)\}/gu;

/** Fills in and checks every node's connection string. */
export function resolveDsns(draft: Draft, sources: SecretSources): Resolution {
  const dsns = new Map<string, ResolvedDsn>();
  const findings: Finding[] = [];
  const warnings: Finding[] = [];
  for (const [name, node] of Object.entries(draft.nodes)) {
    if (node.dsn === undefined) continue;
    const path = ["nodes", name, "dsn"];
    const expanded = expand(node.dsn, path, sources);
    findings.push(...expanded.findings);
    if (expanded.findings.length > 0) continue;
    const checked = check(expanded.text, path);
    findings.push(...checked.findings);
    if (checked.parts !== undefined) dsns.set(name, { text: expanded.text, parts: checked.parts });
    warnings.push(...literalPassword(node.dsn, path));
  }
  return { dsns, findings, warnings };
}

/** The password of the monitor's role, as it is. */
export function resolvePassword(
  { monitor }: Draft,
  sources: SecretSources,
): { password?: string; findings: readonly Finding[]; warnings: readonly Finding[] } {
  const template = monitor?.password;
  if (template === undefined) return { findings: [], warnings: [] };
  const path = ["monitor", "password"];
  const findings: Finding[] = [];
  const password = template.replaceAll(PLACEHOLDER, (_, reference: string) => {
    const value = lookUp(reference, sources);
    if (typeof value === "string") return value;
    findings.push({ path, ...value });
    return "";
  });
  const warnings = template.replaceAll(PLACEHOLDER, "") === "" ? [] : [inPlainSight(path)];
  return { ...(findings.length > 0 ? {} : { password }), findings, warnings };
}

function expand(
  template: string,
  path: Path,
  sources: SecretSources,
): { text: string; findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const isWhole = template.trim().replace(PLACEHOLDER, "") === "";
  const text = template.replaceAll(PLACEHOLDER, (_, reference: string) => {
    const value = lookUp(reference, sources);
    if (typeof value === "object") findings.push({ path, ...value });
    // Secrets are plain text: what has a meaning in a URI is encoded, save for what a host and port need.
    else return isWhole ? value : encodeURIComponent(value).replaceAll(/%(?:3A|5B|5D)/gu, decodeURIComponent);
    return "";
  });
  return { text: text.trim(), findings };
}

function lookUp(reference: string, sources: SecretSources): string | { message: string; hint: string } {
  const [kind, name] = splitOnce(reference);
  if (kind === "env" && name !== "") {
    const value = sources.environment(name);
    if (value !== undefined && value !== "") return value;
    return { message: `environment variable ${name} is not set`, hint: `Set it: export ${name}=…` };
  }
  if (kind === "file" && name !== "") {
    try {
      return sources.readFile(name).replace(/\r?\n$/u, "");
    } catch (error) {
      return {
        message: `file ${name} cannot be read: ${reasonOf(error)}`,
        hint: "Check its path and its rights.",
      };
    }
  }
  return { message: "a placeholder is neither ${env:NAME} nor ${file:PATH}", hint: "Write $ itself as %24." };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
};

function reasonOf(error: unknown): string {
  const code = (error as { code?: string } | null)?.code ?? "unknown reason";
  return REASONS[code] ?? code;
}

function splitOnce(reference: string): [string, string] {
  const cut = reference.indexOf(":");
  return cut < 0 ? [reference, ""] : [reference.slice(0, cut), reference.slice(cut + 1)];
}

function check(text: string, path: Path): { parts?: Dsn; findings: readonly Finding[] } {
  try {
    const parts = parseDsn(text);
    const missing = [
      ...(parts.user === undefined ? ["user"] : []),
      ...(parts.host === undefined ? ["host"] : []),
      ...(parts.database === undefined ? ["database"] : []),
    ];
    const hint = "Write it as postgresql://USER@HOST:PORT/DATABASE.";
    const findings = missing.map((part) => ({ path, message: `dsn names no ${part}`, hint }));
    return findings.length > 0 ? { findings } : { parts, findings };
  } catch (error) {
    if (!(error instanceof DsnSyntaxError)) throw error;
    return { findings: [{ path, message: `dsn: ${error.message}`, hint: error.hint }] };
  }
}

/** A password that stands in the file itself. */
function literalPassword(template: string, path: Path): readonly Finding[] {
  const hidden = template.replaceAll(PLACEHOLDER, "_PLACEHOLDER_");
  const inAuthority = /^\w+:\/\/[^:@/]*:([^@/]+)@/u.exec(hidden)?.[1];
  const inQuery = /[?&]password=([^&]+)/u.exec(hidden)?.[1];
  const isLiteral = [inAuthority, inQuery].some(
    (found) => found !== undefined && !found.includes("_PLACEHOLDER_"),
  );
  return isLiteral ? [inPlainSight(path)] : [];
}

const inPlainSight = (path: Path): Finding => ({
  path,
  message: "a password stands in the file, for everyone who can read it",
  hint: "Take it from ${env:NAME}, ${file:PATH} or a libpq passfile.",
});
