/** Passwords from a libpq passfile. */
import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

interface Account {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The password of the first matching line; like libpq, a file that others may read is passed over. */
export function passwordFromFile(account: Account, file: string | undefined): string | undefined {
  const text = privateText(file ?? process.env["PGPASSFILE"] ?? path.join(homedir(), ".pgpass"));
  const wanted = [account.host, String(account.port), account.database, account.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = splitLine(line);
    const password = fields[4];
    if (password !== undefined && wanted.every((want, index) => ["*", want].includes(fields[index] ?? "")))
      return password;
  }
  return undefined;
}

function privateText(file: string): string {
  try {
    const isPrivate = process.platform === "win32" || (statSync(file).mode & 0o077) === 0;
    return isPrivate ? readFileSync(file, "utf8") : "";
  } catch {
    return "";
  }
}

/** Fields are separated by colons; a backslash takes the next character as it is. */
function splitLine(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|:)((?:\\.|[^:\\])*)/g)].map(([, field]) =>
    (field ?? "").replaceAll(/\\(.)/g, "$1"),
  );
}
