/** Texts that others wrote, made fit to be shown: servers, drivers and rows have their say in what a failure reads like. Pure. */
import { hideSecrets, parseDsn } from "../../domain/dsn.ts";

const LONGEST = 300;
/** Control characters would command a terminal, and marks of direction would make a text read as what it is not. */
const UNSEEMLY = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069\s]+/gu;

const CONNECTION = /\bpostgres(?:ql)?:\/\/[^\s"]*/gu;
const CONNECTION_PART =
  /\b(host|hostaddr|port|user|dbname|password|passfile)\s*=\s*(?:'(?:\\.|[^'\\])*'|[^\s,;)]+)/gu;

/** One line, without connection strings, and no longer than people read. It still has to be escaped where it goes. */
export function plainText(text: string): string {
  const line = hideSecrets(text)
    .replaceAll(CONNECTION, "(connection string)")
    .replaceAll(CONNECTION_PART, "$1=…")
    .slice(0, 4 * LONGEST)
    .replaceAll(UNSEEMLY, " ")
    .trim();
  const letters = Array.from(line);
  return letters.length <= LONGEST ? line : `${letters.slice(0, LONGEST - 1).join("")}…`;
}

/** As our own errors say where a server is. */
const PLACE = / (?:at|with) [^\s"]*:\d+(?=$|[\s,;:.])/gu;

/** The same without where the node is, and as whom it is asked: whoever may look need not know how to get there. */
export function withoutAddress(text: string, dsn: string): string {
  const { host, user, database } = addressOf(dsn);
  const replacements = [
    ...named(user, (name) => `(?:user )?"${name}"`, "the user"),
    ...named(database, (name) => `(?:database )?"${name}"`, "the database"),
    ...named(database, (name) => `createdb ${name}`, "createdb"),
    ...named(host, (name) => String.raw`(?<![\w.-])${name}(?![\w-])`, "the host"),
  ];
  return replacements.reduce(
    (said, [pattern, instead]) => said.replaceAll(pattern, instead),
    plainText(text.replaceAll(PLACE, "")),
  );
}

function named(
  name: string | undefined,
  patternOf: (name: string) => string,
  instead: string,
): readonly (readonly [RegExp, string])[] {
  if (name === undefined || name === "") return [];
  const literally = name.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  return [[new RegExp(patternOf(literally), "gu"), instead]];
}

function addressOf(dsn: string): Partial<ReturnType<typeof parseDsn>> {
  try {
    return parseDsn(dsn);
  } catch {
    return {};
  }
}

/** A clause as a sentence. Names of settings and the like stay as they are. */
export function asSentence(clause: string): string {
  const begins = /^[a-z]+(?:[ ,]|$)/u.test(clause)
    ? clause.charAt(0).toUpperCase() + clause.slice(1)
    : clause;
  return /[.!?…]$/u.test(begins) ? begins : `${begins}.`;
}
