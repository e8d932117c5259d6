/** Is that the machine it says it is? As OpenSSH keeps it in `known_hosts` (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
import { createHmac } from "node:crypto";

const DEFAULT_PORT = 22;

/** The keys, in base64, that `text` has for a host. Marked lines (@revoked, @cert-authority) are left out. */
export function knownKeys(text: string, host: string, port: number): readonly string[] {
  const name = port === DEFAULT_PORT ? host : `[${host}]:${port}`;
  return text.split("\n").flatMap((line) => {
    const [hosts = "", , key] = line.trim().split(/\s+/u);
    const isMeant =
      key !== undefined && !/^[#@]/u.test(hosts) && hosts.split(",").some((one) => matches(one, name));
    return isMeant ? [key] : [];
  });
}

/** The keys of lines as `ssh-keyscan` prints them, or of a key alone. */
export function keysIn(text: string): readonly string[] {
  return text.split("\n").flatMap(
    (line) =>
      line
        .trim()
        .split(/\s+/u)
        .find((word) => word.startsWith("AAAA")) ?? [],
  );
}

function matches(entry: string, name: string): boolean {
  const [, , salt, hash] = entry.startsWith("|1|") ? entry.split("|") : [];
  if (salt === undefined || hash === undefined) return entry.toLowerCase() === name.toLowerCase();
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
