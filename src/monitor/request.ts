/** What a client asks for, and under which name it came here. Whoever sends nonsense is told so before anything else happens. Pure. */
import { isIP } from "node:net";

export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of a target that names it, which goes before the header. */
  readonly host?: string;
}

/** Printable; two slashes would begin a host. */
const ORIGIN = /^(?<path>\/(?!\/)[!->@-~]*)(?:\?(?<query>[!-~]*))?$/u;
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/u;
const ABSOLUTE = /^https?:\/\/(?<host>[^/?#]*)(?<rest>.*)$/iu;

/** The parts of a request's target; undefined when it is malformed. */
export function targetOf(text: string): Target | undefined {
  if (BROKEN_ESCAPE.test(text)) return undefined;
  const absolute = ABSOLUTE.exec(text)?.groups;
  if (absolute === undefined) return partsOf(text);
  const { host = "", rest = "" } = absolute;
  const parts = partsOf(rest.startsWith("/") ? rest : `/${rest}`);
  return parts === undefined || hostOf(host) === undefined ? undefined : { ...parts, host };
}

function partsOf(text: string): Target | undefined {
  const { path, query } = ORIGIN.exec(text)?.groups ?? {};
  return path === undefined ? undefined : { path, query: new URLSearchParams(query) };
}

const HOST = /^(?:\[(?<address>[\da-f:.]+(?:%[\w.%-]+)?)\]|(?<name>[\w.-]+))(?::\d{0,5})?$/iu;

/** `Watch.Example.org:9854` → `watch.example.org`, `[::1]:9854` → `::1`. Undefined when it is malformed. */
export function hostOf(header: string): string | undefined {
  const { address, name } = HOST.exec(header)?.groups ?? {};
  return (address ?? name)?.toLowerCase().replace(/\.$/u, "");
}

/**
 * A page of somebody else's reaches us in a visitor's browser when its own name is made to lead here (DNS rebinding): the browser
 * then says that name. An address has no name that could lead elsewhere, and so is always allowed. Clients that say nothing are no
 * browsers.
 */
export function isAllowedHost(header: string | undefined, names: readonly string[] = []): boolean {
  if (header === undefined) return true;
  const host = hostOf(header);
  if (host === undefined) return false;
  return isIP(host) !== 0 || host === "localhost" || names.includes(host);
}
