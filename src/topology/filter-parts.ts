/** A filter as PostgreSQL prints it back, taken apart: which of its conditions does a row fail? */
import { scanSync } from "libpg-query";

interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The conditions that AND joins, in their order; one where there is no AND. BETWEEN is taken apart already where the
 * server prints a filter. `loadFilterParser` comes first.
 */
export function filterParts(canonical: string): readonly string[] {
  const text = Buffer.from(canonical);
  const cut = (tokens: readonly Token[]): string =>
    text.subarray(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0).toString();
  return partsOf(scanSync(canonical).tokens).map(cut);
}

function partsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  if (isEnclosed(tokens)) return partsOf(tokens.slice(1, -1));
  const parts = splitAtAnd(tokens);
  return parts.length === 1 ? parts : parts.flatMap(partsOf);
}

const OPENING = ["(", "[", "CASE"];
const CLOSING = [")", "]", "END"];

const stepOf = ({ text }: Token): number => {
  const word = text.toUpperCase();
  return OPENING.includes(word) ? 1 : CLOSING.includes(word) ? -1 : 0;
};

/** How deep inside of parentheses it is behind each token. */
function depths(tokens: readonly Token[]): readonly number[] {
  let depth = 0;
  return tokens.map((token) => (depth += stepOf(token)));
}

/** The first parenthesis is the one that the last closes. */
const isEnclosed = (tokens: readonly Token[]): boolean =>
  tokens[0]?.text === "(" && depths(tokens).indexOf(0) === tokens.length - 1;

function splitAtAnd(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const depth = depths(tokens);
  const ands = tokens.flatMap(({ text }, at) =>
    text.toUpperCase() === "AND" && depth[at] === 0 ? [at] : [],
  );
  return [-1, ...ands].map((at, index) => tokens.slice(at + 1, ands[index]));
}
