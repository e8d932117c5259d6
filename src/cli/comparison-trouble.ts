/** What is to be told of a comparison that nobody watched. */
import type { LinkVerification, TableVerification, VerificationReport } from "../domain/verification.ts";

/** In words, with the next step. Undefined: both ends are equal. */
export function comparisonTrouble({ links }: VerificationReport): string | undefined {
  const sentences = links.flatMap(sentencesOf);
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

function sentencesOf({ provider, tables }: LinkVerification): readonly string[] {
  const of = (verdict: TableVerification["verdict"]): readonly TableVerification[] =>
    tables.filter((table) => table.verdict === verdict);
  const [different, unknown, unsettled] = [of("different"), of("unknown"), of("unsettled")];
  const [first] = unknown;
  return [
    ...(different.length === 0
      ? []
      : [
          `both ends differ: ${different.map(amounts).join("; ")}. Run tributary verify --node ${provider}: it lists the rows.`,
        ]),
    ...(first === undefined
      ? []
      : [
          `${unknown.length} of ${tables.length} tables could not be compared: ${first.relation}: ${first.reason ?? "nobody knows why"}. It is tried again at its next time.`,
        ]),
    ...(unsettled.length === 0
      ? []
      : [
          `rows of ${unsettled.map(({ relation }) => relation).join(", ")} were written all the time: compare at a calmer hour.`,
        ]),
  ];
}

const KINDS = ["missing", "extra", "different", "parked"] as const;

function amounts(table: TableVerification): string {
  const rows = KINDS.flatMap((kind) => (table[kind] === 0 ? [] : [`${table[kind]} ${kind}`]));
  const reason = table.reason === undefined ? [] : [table.reason];
  return `${table.relation}, ${[...rows, ...reason].join(", ")}`;
}
