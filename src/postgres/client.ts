/** A connection of the data plane's driver, which can COPY, opened by the same rules as a session. */
import type { Socket } from "node:net";

import type pg from "pg";

import { connectionOptions } from "./dsn.ts";
import { errorPlace, explainError } from "./errors.ts";
import { pinnedSettings } from "./pinned-settings.ts";
import { literal } from "./quote.ts";
import { openSocket } from "./socket.ts";

export interface ClientOptions {
  readonly timeoutMs?: number;
  readonly applicationName?: string;
  /** Default: no limit, as a long COPY needs. */
  readonly statementTimeoutMs?: number;
}

/** Connects. The caller ends the client. Values come as the text that the server sent. */
export async function openClient(
  node: { readonly name: string; readonly dsn: string },
  options: ClientOptions = {},
): Promise<pg.Client> {
  const target = connectionOptions(node.dsn);
  const timeoutMs = options.timeoutMs ?? target.connectTimeoutMs ?? 10_000;
  try {
    // Loaded here: most commands never copy, and start sooner without it.
    const { default: driver } = await import("pg");
    const socket = await openSocket(target, AbortSignal.timeout(timeoutMs));
    const client = new driver.Client({
      host: target.host,
      port: target.port,
      user: target.user,
      database: target.database,
      ...(target.password === undefined ? {} : { password: target.password }),
      ssl: false,
      connectionTimeoutMillis: timeoutMs,
      stream: () => alreadyConnected(socket),
      types: { getTypeParser: () => (value: string) => value },
    } as pg.ClientConfig);
    // A connection that breaks while nobody uses it must not end the process; whoever uses it next sees it.
    client.on("error", () => undefined);
    await client.connect();
    await client.query(settingsSql(options));
    return client;
  } catch (error) {
    throw explainError(error, errorPlace(node.name, node.dsn, target));
  }
}

function settingsSql(options: ClientOptions): string {
  const settings = pinnedSettings(options.applicationName ?? "tributary", options.statementTimeoutMs ?? 0);
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${literal(name)}, ${literal(value)}, false)`,
  );
  return `select ${calls.join(", ")}`;
}

/** The driver connects its stream itself; ours is connected, and says so when asked. */
function alreadyConnected(socket: Socket): Socket {
  socket.connect = () => {
    setImmediate(() => socket.emit("connect"));
    return socket;
  };
  return socket;
}
