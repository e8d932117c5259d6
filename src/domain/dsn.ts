/** libpq connection URIs: taken apart, put together, and shown without their secrets. */

/** A connection URI in parts, decoded. */
export interface Dsn {
  readonly user?: string;
  readonly password?: string;
  /** A name, an address, or the folder of a Unix socket. */
  readonly host?: string;
  readonly port: number;
  readonly database?: string;
  /** Everything after `?`, without what the fields above hold. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** How the upstream reaches a node, where that differs from how the tool does. */
export interface LinkAddress {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly dbname?: string | undefined;
  readonly user?: string | undefined;
  readonly passfile?: string | undefined;
  readonly sslmode?: string | undefined;
  readonly sslrootcert?: string | undefined;
  readonly sslcert?: string | undefined;
  readonly sslkey?: string | undefined;
}

const DEFAULT_PORT = 5432;

/**
 * A line that is cut without RST must be noticed in half a minute, not in the quarter of an hour
 * that TCP takes by default.
 */
const LINK_DEFAULTS: Readonly<Record<string, string>> = {
  connect_timeout: "10",
  keepalives: "1",
  keepalives_idle: "30",
  keepalives_interval: "10",
  keepalives_count: "3",
  tcp_user_timeout: "30000",
};

// As libpq reads it: a password may hold `?` and `#`, the user ends at the first colon.
const URI = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/su;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:,]*)(?::(\d*))?$/u;

/** Why a text is not a connection URI that we can use. Never quotes the text: it may hold a password. */
export class DsnSyntaxError extends Error {
  readonly hint: string;
  constructor(message: string, hint = "Write it as postgresql://USER@HOST:PORT/DATABASE.") {
    super(message);
    this.hint = hint;
  }
}

/** Takes a URI apart. Throws DsnSyntaxError. */
export function parseDsn(text: string): Dsn {
  const parts = URI.exec(text.trim());
  if (parts === null) throw new DsnSyntaxError("not a connection URI");
  const [, user, password, authority = "", database, query] = parts;
  const place = HOST_AND_PORT.exec(authority);
  if (place === null) {
    const many = authority.includes(",");
    throw new DsnSyntaxError(many ? "names several hosts, needs one" : "host or port is malformed");
  }
  const parameters = parseQuery(query);
  const read = (fromUri: string | undefined, name: string): string | undefined => {
    const value = parameters[name] ?? (fromUri ? decode(fromUri) : undefined);
    delete parameters[name];
    return value;
  };
  const dsn = {
    user: read(user, "user"),
    password: read(password, "password"),
    host: read(place[1]?.replace(/^\[|\]$/gu, ""), "host"),
    database: read(database, "dbname"),
  };
  return { ...defined(dsn), port: parsePort(read(place[2], "port")), parameters };
}

function parseQuery(query: string | undefined): Record<string, string> {
  const pairs = (query ?? "").split("&").filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair) => {
      const cut = pair.indexOf("=");
      if (cut < 1) throw new DsnSyntaxError("a parameter after ? has no value");
      return [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))];
    }),
  );
}

function parsePort(text: string | undefined): number {
  const port = text === undefined || text === "" ? DEFAULT_PORT : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new DsnSyntaxError("port is not a port");
  return port;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new DsnSyntaxError("a % is not followed by two hexadecimal digits", "Write % itself as %25.");
  }
}

/** Drops what is undefined, for optional properties. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter((entry) => entry[1] !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** Puts a URI together. The inverse of `parseDsn`. */
export function formatDsn(dsn: Dsn): string {
  const user = dsn.user === undefined ? "" : encodeURIComponent(dsn.user);
  const password = dsn.password === undefined ? "" : `:${encodeURIComponent(dsn.password)}`;
  const credentials = user === "" && password === "" ? "" : `${user}${password}@`;
  const query = Object.entries(dsn.parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const database = dsn.database === undefined ? "" : encodeURIComponent(dsn.database);
  const place = `${formatHost(dsn.host)}:${dsn.port}`;
  return `postgresql://${credentials}${place}/${database}${query === "" ? "" : `?${query}`}`;
}

function formatHost(host: string | undefined): string {
  if (host === undefined) return "";
  return host.includes(":") ? `[${host}]` : encodeURIComponent(host);
}

/**
 * The URI by which a node's upstream reaches it: `dsn` with `link` laid over it, and a cut line noticed soon. `role`: who
 * logs in where `link` says nothing; nothing that belongs to the user of `dsn` goes with it.
 */
export function composeLinkDsn(dsn: string, link: LinkAddress = {}, role?: string): string {
  const { password, parameters, ...base } = parseDsn(dsn);
  const { host, port, dbname, user = role, ...extra } = link;
  const kept = { ...parameters };
  if (user !== undefined && user === role) delete kept["passfile"];
  // An address that is given along with the old host would win over the new one.
  if (host !== undefined) delete kept["hostaddr"];
  // The password belongs to the user of `dsn`, and a passfile is there to keep it out of the URI.
  const keepsPassword = (user === undefined || user === base.user) && link.passfile === undefined;
  return formatDsn({
    ...base,
    ...defined({ host, port, database: dbname, user }),
    ...(keepsPassword && password !== undefined ? { password } : {}),
    parameters: { ...LINK_DEFAULTS, ...kept, ...defined(extra) },
  });
}

/** The same connection with this password. */
export function withPassword(dsn: string, password: string): string {
  return formatDsn({ ...parseDsn(dsn), password });
}

/** Where a database is, and nothing of how to get in: a connection string without user, password and parameters. */
export function placeOf(text: string): string {
  try {
    const { host, port, database } = parseDsn(text);
    return formatDsn({ ...defined({ host, database }), port, parameters: {} });
  } catch {
    const parts = [...text.matchAll(/\b(host|hostaddr|port|dbname)\s*=\s*([\w.:/-]+)/gu)];
    return parts.map(([, name, value]) => `${name}=${value}`).join(" ") || "host=nowhere";
  }
}

/** The connection string holds a password, in whatever form it is written. */
export function hasPassword(text: string): boolean {
  try {
    const { password, parameters } = parseDsn(text);
    return password !== undefined || SECRET_PARAMETERS.some((name) => parameters[name] !== undefined);
  } catch {
    return /\bpassword\s*=/iu.test(text);
  }
}

/** The user that a connection string names, and the password that goes with it. */
export function accountOf(text: string): { readonly user?: string; readonly password?: string } {
  try {
    const { user, password } = parseDsn(text);
    return defined({ user, password });
  } catch {
    return {};
  }
}

/** A link's connection string as it is shown, and as its subscription shows it once it stands. */
export function shownLinkDsn(link: {
  readonly linkDsn: string;
  readonly linkRole?: { readonly password: string };
}): string {
  const isGenerated = link.linkRole?.password === "generated";
  return redactDsn(isGenerated ? withPassword(link.linkDsn, "generated") : link.linkDsn);
}

/** The same database, as another role. Without a password, a passfile that the URI names may have it. */
export function withRole(dsn: string, user: string, password: string | undefined): string {
  const { password: _, ...base } = parseDsn(dsn);
  return formatDsn({ ...base, user, ...(password === undefined ? {} : { password }) });
}

const SECRET_PARAMETERS = ["sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"];

/** A connection string without its secrets, for people. Whatever cannot be read is hidden as a whole. */
export function redactDsn(text: string): string {
  try {
    const dsn = parseDsn(text);
    const parameters = Object.entries(dsn.parameters).map(([name, value]) =>
      SECRET_PARAMETERS.includes(name) ? [name, "***"] : [name, value],
    );
    // Parentheses, stars and the like survive encoding; the mask stays readable.
    return formatDsn({
      ...dsn,
      ...(dsn.password === undefined ? {} : { password: "***" }),
      parameters: Object.fromEntries(parameters) as Record<string, string>,
    });
  } catch {
    return redactConninfo(text);
  }
}

/** The `key=value` form, as pglogical and native replication print it back. */
function redactConninfo(text: string): string {
  if (!/^\s*\w+\s*=/u.test(text)) return "(unreadable connection string)";
  return text.replaceAll(
    /\b(password|sslpassword|oauth_client_secret|scram_client_key|scram_server_key)(\s*=\s*)(?:'(?:\\.|[^'\\])*(?:'|$)|(?:\\.|[^\s\\])*)/giu,
    "$1$2***",
  );
}

/** What tells two databases apart: `host:port/database`. The names of this machine count as one. */
export function databaseOf(dsn: Dsn): string {
  return `${clusterOf(dsn)}/${dsn.database ?? ""}`;
}

/** What tells two clusters apart: `host:port`. */
export function clusterOf(dsn: Dsn): string {
  const host = (dsn.host ?? "localhost").toLowerCase();
  return `${["127.0.0.1", "::1"].includes(host) ? "localhost" : host}:${dsn.port}`;
}

/** Any text, without the passwords of the connection strings in it. The last net before something is shown. */
export function hideSecrets(text: string): string {
  return text
    .replaceAll(/(postgres(?:ql)?:\/\/[^\s:@/]*:)[^\s@]*@/gu, "$1***@")
    .replaceAll(/\b((?:ssl)?password\s*=\s*)(?:'(?:\\.|[^'\\])*'|[^\s&'"]+)/gu, "$1***");
}
