/** Text that tries to be obeyed by a terminal, put into whatever others fill. */
import { expect } from "vitest";

/** Clears the screen, sets the title, turns the text round, and begins a line that looks like one of ours. */
export const HOSTILE =
  "\u001b[2J\u001b]0;pwned\u0007\u009b31m\u007f\u202Edlrow\u202c\u2066\u200f\r\nerror: forged\u2028healthy.";
export const OBEYED = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Nothing that a terminal obeys, and no line that only the hostile text begins. */
export function expectHarmless(text: string): void {
  expect(OBEYED.exec(text)?.[0]).toBeUndefined();
  expect(text.split("\n").filter((line) => line.startsWith("error: forged"))).toEqual([]);
}

/** Also shows what was there, written out. */
export function expectWrittenOut(text: string): void {
  expectHarmless(text);
  expect(text).toContain(String.raw`\x1b[2J\x1b]0;pwned\x07\x9b31m\x7f\u202edlrow`);
}

/** Fields that others fill, in whatever the renderers are given. */
const THEIRS =
  /^(?:project|name|node|provider|subscriber|owner|relation|table|tables|reason|message|fix|hint|error|detail|key|keys|columns|without|below|above|headline|says|upstream|needs|set|serverVersion|version|from|where|condition|member|members|file)$/u;

function poisoned(data: unknown, isTheirs = false): unknown {
  if (typeof data === "string") return isTheirs ? `${data}${HOSTILE}` : data;
  if (Array.isArray(data)) return data.map((item) => poisoned(item, isTheirs));
  if (data instanceof Map)
    return new Map([...data].map(([key, value]) => [poisoned(key, true), poisoned(value, isTheirs)]));
  if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data;
  return Object.fromEntries(
    Object.entries(data).map(([field, value]) => [field, poisoned(value, THEIRS.test(field))]),
  );
}

/** The same data with hostile text in every field that others fill. */
export const poison = <Data>(data: Data): Data => poisoned(data) as Data;
