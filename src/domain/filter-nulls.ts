/** What a filter says of nulls, as far as its words tell. Pure. */

/**
 * True when a row without a value in the column cannot pass the filter: one of the conditions that it joins by "and" asks for one.
 * What is not understood lets nulls through.
 */
export function keepsNullsBack(filter: string, column: string): boolean {
  const words = filter.replaceAll(/'(?:[^']|'')*'/gu, "''");
  if (/\b(?:or|case|between|coalesce)\b/iu.test(words)) return false;
  return words.split(/\band\b/iu).some((condition) => {
    const [, quoted, plain = "", rest = ""] = CONDITION.exec(condition) ?? [];
    const name = quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"');
    return name === column && ASKS_FOR_A_VALUE.test(rest);
  });
}

const CONDITION = /^[\s(]*(?:"((?:[^"]|"")+)"|([a-z_][\w$]*))\s*(.*?)[\s)]*$/isu;
const ASKS_FOR_A_VALUE =
  /^(?:is\s+not\s+null$|is\s+(?:true|false)$|(?:not\s+)?(?:in|like|ilike)\b|(?:=|<>|!=|<=?|>=?)(?![=<>~!@#%^&|?*/+-])|!?~\*?(?![=<>~!@#%^&|?*/+-]))/iu;

/** One column that is null, as in `deleted_at is null`: what is deleted softly stays behind, and nothing else. */
export function keepsSoftlyDeletedBack(filter: string): boolean {
  return /^[\s(]*(?:"(?:[^"]|"")+"|[a-z_][\w$]*)\s+is\s+null[\s)]*$/iu.test(filter);
}
