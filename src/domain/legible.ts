/**
 * Text from servers, files and clients as it may be shown: what a terminal would obey, and what would forge a line or turn
 * letters round, is written out: `\x1b`, `\u202e`. Pure.
 */

/** C0, DEL and C1, the separators of lines and paragraphs, and the marks that change the direction of writing. */
const OBEYED = "\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f";
const ALL = new RegExp(`[${OBEYED}]`, "gu");
/** Our own layout is made of these two. */
const ALL_BUT_LAYOUT = new RegExp(`(?![\\n\\t])[${OBEYED}]`, "gu");

const code = (character: string, digits: number): string =>
  character.charCodeAt(0).toString(16).padStart(digits, "0");
const escaped = (character: string): string =>
  character <= "\u00ff" ? `\\x${code(character, 2)}` : `\\u${code(character, 4)}`;

/** One line, whatever it holds. */
export const legible = (text: string): string => text.replaceAll(ALL, escaped);

/** The same for a text that is laid out in lines: they stay. */
export const legibleLines = (text: string): string => text.replaceAll(ALL_BUT_LAYOUT, escaped);

/** Text of JSON, the same in meaning: only strings hold such characters, apart from how it is laid out. */
export const legibleJson = (text: string): string =>
  text.replaceAll(ALL_BUT_LAYOUT, (character) => `\\u${code(character, 4)}`);

/** As `JSON.stringify`, with what that leaves as it is written out, too. */
export const jsonText = (value: unknown, indent?: number): string =>
  legibleJson(JSON.stringify(value, undefined, indent));

/** Data with every string in it legible, names of fields and keys of maps included: for renderers, at their entrance. */
export function legibly<Data>(data: Data): Data {
  return mapped(data) as Data;
}

function mapped(data: unknown): unknown {
  if (typeof data === "string") return legible(data);
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map(mapped);
  if (data instanceof Map) return new Map([...data].map(([key, value]) => [mapped(key), mapped(value)]));
  if (data instanceof Set) return new Set([...data].map(mapped));
  const kind: unknown = Object.getPrototypeOf(data);
  // A moment or a secret knows itself how it is shown.
  if (kind !== Object.prototype && kind !== null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [legible(name), mapped(value)]));
}
