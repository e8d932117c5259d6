/** HTML that escapes by default: whatever is put into a template is text, unless a template made it. Pure. */
import { legibleLines } from "../../domain/legible.ts";

/** A piece of HTML. Only `markup` makes one. */
export class Markup {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  static from(strings: TemplateStringsArray, values: readonly Value[]): Markup {
    return new Markup(
      strings.map((string, index) => (index === 0 ? "" : rendered(values[index - 1])) + string).join(""),
    );
  }

  toString(): string {
    return this.#text;
  }
}

/** `undefined` and `false` come to nothing. */
export type Value = Markup | string | number | undefined | false | readonly Value[];

/** A template: `markup\`<b>${name}</b>\``. What stands in an attribute has to stand in double quotes. */
export const markup = (strings: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  Markup.from(strings, values);

function rendered(value: Value): string {
  if (value === undefined || value === false) return "";
  if (typeof value === "object")
    return value instanceof Markup ? value.toString() : value.map(rendered).join("");
  return escaped(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string): string =>
  legibleLines(text).replaceAll(/[&<>"']/gu, (letter) => ENTITIES[letter] ?? "");
