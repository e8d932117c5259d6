/** One link is compared, and nobody watches: what is to be told of it? */
import { ConnectionError, NotLetInError, PreconditionError, type TributaryError } from "../domain/errors.ts";
import type { Link } from "../domain/topology.ts";
import type { LinkVerification, TableVerification, VerificationReport } from "../domain/verification.ts";
import { Sessions } from "../postgres/sessions.ts";
import { verifyTree } from "../verify/verify-tree.ts";
import type { TimedLink } from "./schedule.ts";

/** A table that is joined with owners is read in one statement. */
const STATEMENT_TIMEOUT_MS = 600_000;
/** How long a stream may take to carry a mark. */
const PATIENCE_MS = 30_000;

/** As the users of both nodes' dsn: the monitor's own role reads no table. Gives what a person should know, if anything. */
export async function compareLink(
  { topology, link, schedule }: TimedLink,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Not kept: a comparison is rare, and five hundred connections are a burden.
  await using sessions = new Sessions(topology.nodes, {
    project: topology.project,
    signal,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const shut = await unreachable(sessions, link);
  if (shut !== undefined) return shut;
  const { bytesPerSecond } = schedule;
  const manner = {
    signal,
    timeoutMs: PATIENCE_MS,
    bytesPerSecond,
    listed: 0,
    deep: false,
    progress: () => undefined,
  };
  return comparisonTrouble(await verifyTree(topology, sessions, { links: [link.provider.name] }, manner));
}

/** Why there is no connection to both ends, and what to do. */
async function unreachable(sessions: Sessions, { provider, subscriber }: Link): Promise<string | undefined> {
  try {
    for (const { name } of [provider, subscriber]) await sessions.get(name);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectionError || error instanceof PreconditionError)) throw error;
    return `it could not be compared: ${error.message}. ${hintFor(error)}`;
  }
}

const hintFor = (error: TributaryError): string =>
  error instanceof NotLetInError
    ? "Comparing connects as the user of the node's dsn, not as the monitor's role: give this monitor the password of that user, or write verify: false for the link."
    : (error.hint ?? "It is tried again at its next time.");

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
          `both ends differ: ${different.map(amounts).join("; ")}. Run tributary verify --node ${provider}: it lists the rows; tributary repair then mends them.`,
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
