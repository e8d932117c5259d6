/** The operator's record of what was applied: one JSON object a line, only ever added to. For people: nothing reads it back. */
import { appendFileSync } from "node:fs";

import { UsageError } from "../domain/errors.ts";
import { jsonText } from "../domain/legible.ts";
import { scrub } from "../postgres/errors.ts";
import type { StepEvent } from "./event.ts";

export interface Journal {
  /** A run begins, or ends. */
  note(entry: Readonly<Record<string, unknown>>): void;
  record(event: StepEvent): void;
}

/** The journal of a topology file stands beside it. */
export function journalFile(topologyFile: string): string {
  return `${topologyFile}.journal.jsonl`;
}

/** Opens a journal. Throws UsageError when it cannot be written, before anything else is done. */
export function openJournal(file: string): Journal {
  const append = (entry: object): void => {
    // One write with O_APPEND: the lines of two runs do not mix.
    appendFileSync(file, `${scrub(jsonText(entry), [])}\n`, { mode: 0o600 });
  };
  try {
    appendFileSync(file, "", { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`the journal "${file}" cannot be written: ${(error as Error).message}`, {
      code: "journal-not-writable",
      hint: "Keep the topology file in a folder that you may write to.",
    });
  }
  return {
    note: (entry) => append({ time: new Date().toISOString(), ...entry }),
    // How far a step is changes by the second; the record is what began and how it ended.
    record: (event) => {
      if (event.status !== "progress") append(event);
    },
  };
}
