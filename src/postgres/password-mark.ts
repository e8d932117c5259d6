/** Does a subscription have the password that its provider knows? Told without looking at either. */
import { createHash } from "node:crypto";

const DIGITS = 16;

/** The same for the same password. Of long random ones only: a short one could be guessed from it. */
export function passwordMark(password: string): string {
  return createHash("sha256").update(`tributary link ${password}`).digest("hex").slice(0, DIGITS);
}
