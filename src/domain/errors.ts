/** One class per exit code. A message says what is, then what was needed; a hint is the next move. */

export interface ErrorDetail {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly node?: string;
  /** One imperative sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

export abstract class TributaryError extends Error {
  abstract readonly exitCode: number;
  readonly code: string;
  readonly node?: string;
  readonly hint?: string;
  constructor(message: string, detail: ErrorDetail) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = new.target.name;
    this.code = detail.code;
    if (detail.node !== undefined) this.node = detail.node;
    if (detail.hint !== undefined) this.hint = detail.hint;
  }
}

export class UsageError extends TributaryError {
  readonly exitCode = 2;
}
/** What is wrong, or doubtful, in a topology file, and where. Lines and columns count from 1. */
export interface TopologyProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** One imperative sentence. */
  readonly hint?: string;
}

export class TopologyError extends TributaryError {
  readonly exitCode = 3;
  /** Every problem of the file, in its order. Empty when there is no file to read. */
  readonly problems: readonly TopologyProblem[];
  constructor(message: string, detail: ErrorDetail & { readonly problems?: readonly TopologyProblem[] }) {
    super(message, detail);
    this.problems = detail.problems ?? [];
  }
}
export class PreconditionError extends TributaryError {
  readonly exitCode = 4;
}
/** Several nodes cannot, each for a reason of its own. */
export class NotReadyError extends PreconditionError {
  /** The message, line by line: legible each, as those are who made them. */
  readonly lines: readonly string[];
  constructor(lines: readonly string[], detail: ErrorDetail) {
    super(lines.join("\n"), detail);
    this.lines = lines;
  }
}
export class ConnectionError extends TributaryError {
  readonly exitCode = 5;
}
/** The server answers and has the database, but does not let us in. */
export class NotLetInError extends ConnectionError {}
export class DriftError extends TributaryError {
  readonly exitCode = 6;
}
export class StepError extends TributaryError {
  readonly exitCode = 7;
}
export class DeadlineError extends TributaryError {
  readonly exitCode = 8;
}
export class Interrupted extends TributaryError {
  readonly exitCode = 130;
}

/** Every exit code, for `--help`, the docs and the test that keeps them unique. */
export const EXIT_CODES: readonly {
  readonly code: number;
  readonly meaning: string;
  readonly retry: string;
}[] = [
  { code: 0, meaning: "done, or nothing to do", retry: "" },
  { code: 1, meaning: "our bug: please report it", retry: "no" },
  { code: 2, meaning: "bad flag or argument", retry: "no" },
  {
    code: 3,
    meaning: "the topology file is invalid: every problem, with file, line and column",
    retry: "no",
  },
  { code: 4, meaning: "a node cannot do it: settings, extension, rights, tables", retry: "after mending" },
  { code: 5, meaning: "a database is not reachable", retry: "yes" },
  {
    code: 6,
    meaning: "the world changed since the plan; verify found differences; on request: rows are parked",
    retry: "plan again, or repair; look at tributary parked",
  },
  { code: 7, meaning: "a step failed; apply resumes there", retry: "after reading" },
  { code: 8, meaning: "waited too long", retry: "yes" },
  { code: 10, meaning: "on request (--detailed-exitcode): steps pending, or unhealthy", retry: "" },
  { code: 130, meaning: "interrupted; the same command finishes the work", retry: "yes" },
];
