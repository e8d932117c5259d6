/** The last gate before a terminal: whatever was forgotten before is written out here. */
import { legible, legibleJson, legibleLines } from "../domain/legible.ts";

export interface Manner {
  /** The text is one line. */
  readonly isLine?: boolean;
  /** The text is JSON. */
  readonly isJson?: boolean;
  /** A renderer of ours has coloured it, and has made its data legible before: its colours pass. */
  readonly isStyled?: boolean;
}

/** Clears the screen and what scrolled out of it. */
export const CLEAR_SCREEN = "\u001b[H\u001b[2J\u001b[3J";
// oxlint-disable-next-line no-control-regex
const STYLE = /(\u001b\[(?:\d+(?:;\d+)*m|H\u001b\[2J\u001b\[3J))/u;

/** The text as it may leave. */
export function outgoing(text: string, { isLine, isJson, isStyled }: Manner = {}): string {
  if (isLine === true) return legible(text);
  if (isJson === true) return legibleJson(text);
  if (isStyled !== true) return legibleLines(text);
  // Every other part is a style.
  return text
    .split(STYLE)
    .map((part, at) => (at % 2 === 1 ? part : legibleLines(part)))
    .join("");
}
