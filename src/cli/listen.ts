/** Where a server listens, and whom it lets in. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { PreconditionError, UsageError } from "../domain/errors.ts";
import { hostOf } from "../monitor/request.ts";
import type { ServerOptions } from "../monitor/server.ts";

interface Place {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:9854`, `[::1]:9854`, or a port alone, which is this machine's. */
export function place(text: string): Place {
  const parts = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/u.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535)
    throw new UsageError(`--listen is "${text}", needs to be HOST:PORT`, {
      code: "usage",
      hint: "For example: --listen 127.0.0.1:9854.",
    });
  return { host: parts[1] ?? parts[2] ?? "127.0.0.1", port };
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host.startsWith("127.");

/** Listens. Gives the address for people. */
export async function listen(server: Server, { host, port }: Place, isTls: boolean): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PreconditionError(
      code === "EADDRINUSE" ? `${host}:${port} is in use` : `cannot listen on ${host}:${port}: ${code}`,
      { code: "cannot-listen", hint: "Name another place with --listen HOST:PORT.", cause: error },
    );
  }
  const { address, family, port: bound } = server.address() as AddressInfo;
  const shown = family === "IPv6" ? `[${address}]` : address;
  return `${isTls ? "https" : "http"}://${shown}:${bound}`;
}

/** Names under which clients may ask, besides localhost: where it listens, where others reach it, and what else is named. */
export function hostsOf(
  { host }: Place,
  url: string | undefined,
  allowed: readonly string[] = [],
): readonly string[] {
  const bad = allowed.find((name) => hostOf(name) !== name.toLowerCase().replace(/\.$/u, ""));
  if (bad !== undefined)
    throw new UsageError(`--allow-host is "${bad}", needs to be a name alone`, {
      code: "usage",
      hint: "For example: --allow-host watch.example.org, without a port.",
    });
  const reached = url === undefined || !URL.canParse(url) ? [] : [new URL(url).host];
  return [...allowed, host, ...reached].flatMap((name) => hostOf(name) ?? []);
}

interface AccessArguments {
  readonly "token-file": string | undefined;
  readonly "basic-auth-file": string | undefined;
  readonly "tls-cert": string | undefined;
  readonly "tls-key": string | undefined;
}

/** Reads what is named on the command line. */
export function accessOf(args: AccessArguments): Omit<ServerOptions, "watcher" | "hosts"> {
  const { "token-file": token, "basic-auth-file": basic, "tls-cert": cert, "tls-key": key } = args;
  if (token !== undefined && basic !== undefined)
    throw new UsageError("--token-file and --basic-auth-file exclude each other", { code: "usage" });
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError("--tls-cert and --tls-key go together", { code: "usage" });
  return {
    ...(cert === undefined || key === undefined ? {} : { tls: { cert: read(cert), key: read(key) } }),
    ...(token === undefined ? {} : { authorization: `Bearer ${secret(token)}` }),
    ...(basic === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(secret(basic)).toString("base64")}` }),
  };
}

function secret(file: string): string {
  const text = read(file).trim();
  if (text !== "") return text;
  throw new PreconditionError(`${file} is empty, needs the secret`, {
    code: "empty-secret",
    hint: "Write it there, readable by nobody else.",
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new PreconditionError(`${file} cannot be read`, {
      code: "file-unreadable",
      hint: "Check its path and its rights.",
      cause,
    });
  }
}
