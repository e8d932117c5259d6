/** What is wrong with a table whose counts do not agree, row by row, in words that say what to do. */
import { PreconditionError, StepError } from "../domain/errors.ts";
import { HANDFUL } from "../domain/handful.ts";
import { relationName } from "../domain/topology.ts";
import type { Difference } from "../domain/verification.ts";
import { findCandidates } from "../verify/candidates.ts";
import { comparableEnds, type TableOnLink } from "../verify/ends.ts";
import type { Manner } from "../verify/scan.ts";
import { settle } from "../verify/settle.ts";
import { keyList, surplusIn } from "./consent.ts";
import type { DataTools } from "./data-tools.ts";

/** equal: what is parked aside. open: rows are written all the time, or the ends cannot be compared by sums. */
export async function compareRows(table: TableOnLink, tools: DataTools): Promise<"equal" | "open"> {
  const manner: Manner = {
    signal: tools.signal,
    timeoutMs: tools.timeoutMs,
    bytesPerSecond: 0,
    listed: 0,
    deep: false,
    progress: (detail) => tools.progress(detail),
  };
  try {
    const ends = await comparableEnds(table);
    const { keys, isComplete } = await findCandidates(ends, ends.estimate, manner);
    const keeps = table.rule.onLeave === "keep";
    const { differences, unsettled } = await settle(ends, keys, { set: table.set, keeps }, manner);
    const wrong = differences.filter(({ kind }) => kind !== "parked");
    if (wrong.length > 0) throw rowsDiffer(table, wrong, isComplete);
    return isComplete && unsettled === 0 ? "equal" : "open";
  } catch (error) {
    if (error instanceof PreconditionError && error.code === "hash-differs") return "open";
    throw error;
  }
}

function rowsDiffer(
  { provider, subscriber, rule }: TableOnLink,
  wrong: readonly Difference[],
  isComplete: boolean,
): StepError {
  const relation = relationName(rule);
  const atLeast = isComplete ? "" : "at least ";
  const extra = surplusIn(wrong);
  const others = wrong.filter(({ kind }) => kind !== "extra");
  const what = [
    ...extra.map(
      ({ owner, rows, keys }) =>
        `${atLeast}${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} more than "${provider.node}" sends, in the name of "${owner}" (keys: ${keyList(keys, rows)})`,
    ),
    ...(others.length === 0
      ? []
      : [
          `${atLeast}${others.length.toLocaleString("en")} missing or different (keys: ${keyList(
            others.map(({ key }) => key),
          )})`,
        ]),
  ];
  const tooMany = extra.filter(({ rows }) => rows > HANDFUL || !isComplete);
  const flags = tooMany.map(({ owner, rows }) => ` --drop-rows-of ${owner}=${rows}`).join("");
  return new StepError(
    `node "${subscriber.node}" has of ${relation} ${what.join(", and ")}. The link flows, and is not exact`,
    {
      code: extra.length > 0 ? "extra-rows" : "rows-missing",
      node: subscriber.node,
      hint: `Look at them with tributary verify --node ${provider.node}; tributary repair --node ${provider.node}${flags} ${
        extra.length > 0 ? "removes them from every tier above" : "sends them once more"
      }.`,
    },
  );
}
