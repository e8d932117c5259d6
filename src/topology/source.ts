/** A YAML text whose every value knows its line and column. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type YAMLError,
} from "yaml";

export type Path = readonly PropertyKey[];
interface Position {
  readonly line: number;
  readonly column: number;
}

/** A problem and where in the document it is: at the value that `path` leads to, or at its key. */
export interface Finding {
  readonly path: Path;
  readonly at?: "key" | "value";
  readonly message: string;
  readonly hint?: string;
}

export interface Source {
  /** The content as plain objects; undefined when the text is not YAML. */
  readonly content: unknown;
  /** What YAML itself objects to. */
  readonly faults: readonly (Position & { readonly message: string; readonly hint?: string })[];
  /** Where a finding is; for something that is missing, where it should have been. */
  locate(finding: Pick<Finding, "path" | "at">): Position;
}

const FAULT_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  UNEXPECTED_TOKEN:
    'Put names and filters that contain quotes into quotes of the other kind: \'"My schema"."My table"\'.',
  MULTIPLE_DOCS: "Keep one document: remove the line with ---.",
};

/** Reads YAML. Never throws. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const locate: Source["locate"] = ({ path, at }) => position(offsetOf(document, path, at ?? "value"));
  const faults = document.errors.map((error) => ({ ...position(error.pos[0]), ...explain(error) }));
  // A key that is given twice leaves the rest of the file readable; other faults don't.
  const isReadable = document.errors.every((error) => error.code === "DUPLICATE_KEY");
  if (!isReadable) return { content: undefined, faults, locate };
  try {
    return { content: document.toJS() as unknown, faults, locate };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { content: undefined, faults: [...faults, { line: 1, column: 1, message }], locate };
  }
}

function explain(error: YAMLError): { message: string; hint?: string } {
  const hint = FAULT_HINTS[error.code];
  const message = error.code === "DUPLICATE_KEY" ? "this key is given twice" : error.message;
  return { message, ...(hint === undefined ? {} : { hint }) };
}

/** The offset of the deepest part of `path` that exists. */
function offsetOf(document: Document.Parsed, path: Path, at: "key" | "value"): number {
  let current: unknown = document.contents;
  let offset = rangeStart(current) ?? 0;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    const item = childOf(resolve(document, current), step);
    if (item === undefined) return offset;
    const valueOffset = isLast && at === "key" ? undefined : rangeStart(item.value);
    // While the value is still to be entered, its key is the better place for what is missing in it.
    offset = (isLast ? (valueOffset ?? item.keyOffset) : item.keyOffset) ?? valueOffset ?? offset;
    current = item.value;
  }
  return offset;
}

function resolve(document: Document.Parsed, value: unknown): unknown {
  return isAlias(value) ? value.resolve(document) : value;
}

function childOf(
  parent: unknown,
  step: PropertyKey,
): { value: unknown; keyOffset?: number | undefined } | undefined {
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => String(key) === String(step));
    return pair && { value: pair.value, keyOffset: rangeStart(pair.key) };
  }
  if (!isSeq(parent)) return undefined;
  const value = parent.items[Number(step)];
  return value === undefined ? undefined : { value };
}

/** Where something begins; a value that was left out begins nowhere. */
function rangeStart(value: unknown): number | undefined {
  if (isScalar(value) && value.source === "") return undefined;
  const range = (value as { range?: [number, number, number] | null } | null)?.range;
  return range?.[0];
}
