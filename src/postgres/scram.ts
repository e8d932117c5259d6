/** What a server keeps of a password: SCRAM-SHA-256 as in RFC 5802, in the form of `pg_authid.rolpassword`. */
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

const ITERATIONS = 4096;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/**
 * The verifier of a password. It goes to the server in the password's place, so that no log of statements has that. The salt
 * is made from `purpose`: the same password gives the same verifier, so that a plan sees whether a server has it.
 */
export function scramVerifier(password: string, purpose: string): string {
  const salt = createHash("sha256").update(purpose).digest().subarray(0, SALT_BYTES);
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ITERATIONS, KEY_BYTES, "sha256");
  const keyFor = (name: string): Buffer => createHmac("sha256", salted).update(name).digest();
  const stored = createHash("sha256").update(keyFor("Client Key")).digest("base64");
  const server = keyFor("Server Key").toString("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${stored}:${server}`;
}
