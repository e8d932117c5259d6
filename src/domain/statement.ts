/** SQL as a value: what `plan --sql` prints is what `apply` runs. */

/** A value that must never be shown, with what to show instead. */
export class Secret {
  readonly reveal: () => string;
  readonly shown: string;
  constructor(value: string, shown: string) {
    this.reveal = () => value;
    this.shown = shown;
  }
  toString(): string {
    return this.shown;
  }
  toJSON(): string {
    return this.shown;
  }
}

export type StatementValue = string | number | boolean | null | Secret | readonly string[];

export interface Statement {
  /** One statement with `$1…` for its values; a text without values may hold several. */
  readonly text: string;
  readonly values?: readonly StatementValue[];
  /** Statements of a step share one transaction, unless PostgreSQL forbids it. */
  readonly transaction: "join" | "alone";
}
