/** Reports of comparisons: as JSON for programs and for repair, as a page for people. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

import { z } from "zod";

import { UsageError } from "../domain/errors.ts";
import { jsonText } from "../domain/legible.ts";
import type { VerificationReport } from "../domain/verification.ts";
import { verificationPage } from "./render/verification-page.ts";

/** Writes `<base>.json` and `<base>.html`, each whole or not at all, readable for their owner only. Gives their names. */
export function writeReport(base: string, report: VerificationReport): readonly string[] {
  const texts = {
    [`${base}.json`]: `${jsonText(report, 2)}\n`,
    [`${base}.html`]: verificationPage(report),
  };
  for (const [file, text] of Object.entries(texts)) writeWhole(file, text);
  return Object.keys(texts);
}

function writeWhole(file: string, text: string): void {
  try {
    const draft = openSync(`${file}.new`, "w", 0o600);
    writeSync(draft, text);
    fsyncSync(draft);
    closeSync(draft);
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new UsageError(`the report cannot be written into ${file}: ${(cause as Error).message}`, {
      code: "not-writable",
      hint: "Name another place with --report FILE.",
      cause,
    });
  }
}

const count = z.number().int().nonnegative();
const texts = z.array(z.string()).readonly();
const verdict = z.enum(["equal", "different", "unsettled", "unknown"]);
const columns = z.array(
  z.object({ name: z.string(), below: z.string().nullable(), above: z.string().nullable() }),
);
const row = z.object({
  key: texts,
  kind: z.enum(["missing", "extra", "different", "parked"]),
  owner: z.string(),
  hash: z
    .string()
    .regex(/^-?\d+$/u)
    .nullable(),
  reason: z.string().optional(),
  holders: texts.optional(),
  columns: columns.readonly().optional(),
});
const table = z.object({
  set: z.string(),
  relation: z.string(),
  verdict,
  reason: z.string().optional(),
  from: z.string(),
  to: z.string(),
  rowsBelow: count,
  rowsAbove: count,
  isComplete: z.boolean(),
  missing: count,
  extra: count,
  different: count,
  parked: count,
  kept: count,
  unsettled: count,
  columns: texts,
  rows: z.array(row).readonly(),
});
const link = z.object({ provider: z.string(), subscriber: z.string(), tables: z.array(table).readonly() });
const stray = z.object({
  node: z.string(),
  relation: z.string(),
  owner: z.string().nullable(),
  rows: count,
  keys: texts,
});
const schema = z.object({
  version: z.literal(1),
  project: z.string(),
  verdict,
  from: z.string(),
  to: z.string(),
  deep: z.boolean(),
  links: z.array(link).readonly(),
  strays: z.array(stray).readonly(),
});

/** Reads the JSON of a report. Throws UsageError with what is wrong with it. */
export function readReport(file: string): VerificationReport {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8"))) as VerificationReport;
  } catch (cause) {
    const why =
      cause instanceof z.ZodError ? z.prettifyError(cause).split("\n")[0] : (cause as Error).message;
    throw new UsageError(`${file} is no report of tributary verify: ${why}`, {
      code: "not-a-report",
      hint: "Name the .json file that tributary verify wrote.",
      cause,
    });
  }
}
