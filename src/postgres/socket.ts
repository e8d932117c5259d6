/** A socket to a server: TCP or Unix, with TLS as the connection string asks for. */
import net from "node:net";
import tls from "node:tls";

import type { ConnectionOptions } from "./dsn.ts";

/** TLS could not be agreed on. */
export class TlsError extends Error {}

const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const KEEPALIVE_MS = 10_000;

/** Opens a socket that is ready for PostgreSQL's start-up message. */
export async function openSocket(options: ConnectionOptions, signal: AbortSignal): Promise<net.Socket> {
  const isUnixSocket = options.host.startsWith("/");
  const plain = await connectSocket(options, signal);
  if (isUnixSocket || options.tls.mode === "disable") return plain;
  try {
    return await secure(plain, options, signal);
  } catch (error) {
    plain.destroy();
    if (options.tls.mode !== "prefer" || signal.aborted) throw error;
    return connectSocket(options, signal);
  }
}

async function connectSocket(options: ConnectionOptions, signal: AbortSignal): Promise<net.Socket> {
  const { host, port, address } = options;
  const where = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host: address ?? host, port };
  const socket = net.connect({
    ...where,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEPALIVE_MS,
  });
  await happens(socket, "connect", signal);
  return socket;
}

async function secure(
  socket: net.Socket,
  options: ConnectionOptions,
  signal: AbortSignal,
): Promise<net.Socket> {
  socket.write(TLS_REQUEST);
  const [answer] = (await happens(socket, "data", signal)) as [Buffer];
  if (answer[0] !== 0x53) {
    if (options.tls.mode === "prefer" && answer[0] === 0x4e) return socket;
    throw new TlsError("the server does not offer TLS");
  }
  const { host } = options;
  const encrypted = tls.connect({
    socket,
    host,
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...options.tls.options,
  });
  try {
    await happens(encrypted, "secureConnect", signal);
  } catch (error) {
    encrypted.destroy();
    throw new TlsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return encrypted;
}

/** The arguments of the event, or the error that came instead. Leaves no listener behind. */
function happens(socket: net.Socket, event: string, signal: AbortSignal): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const listeners: Record<string, (...values: unknown[]) => void> = {
      [event]: (...values) => settle(() => resolve(values)),
      error: (error) => settle(() => reject(error as Error)),
      close: () =>
        settle(() => reject(Object.assign(new Error("the connection was closed"), { code: "ECONNRESET" }))),
    };
    const abort = (): void => {
      socket.destroy();
      settle(() => reject(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    };
    const settle = (finish: () => void): void => {
      for (const [name, listener] of Object.entries(listeners)) socket.off(name, listener);
      signal.removeEventListener("abort", abort);
      finish();
    };
    for (const [name, listener] of Object.entries(listeners)) socket.on(name, listener);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  });
}
