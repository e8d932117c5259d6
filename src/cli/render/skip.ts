/** A refused transaction as people read it. What the provider wrote is quoted: it may be hostile to a terminal, too. */
import { jsonText, legible } from "../../domain/legible.ts";
import type { Link } from "../../domain/topology.ts";
import type { CommandCount, MessageCount, NextTransaction } from "../../engine/refusals.ts";

/** What pglogical's letters mean: one, and several. */
const TYPES: Readonly<Record<string, readonly [string, string]>> = {
  Q: ["SQL command", "SQL commands"],
  T: ["TRUNCATE", "TRUNCATEs"],
  A: ["copy of a table", "copies of tables"],
  S: ["position of a sequence", "positions of sequences"],
};

/** Who sent what, and what is lost by skipping it. */
export function renderRefused(link: Link, transaction: NextTransaction): string {
  const { messages, otherChanges } = transaction;
  const lost = [
    ...messages.map(describeMessages),
    ...(otherChanges === 0
      ? []
      : [`${count(otherChanges, "change", "changes")} of tables that the link should not carry`]),
  ];
  const { provider, subscriber } = link;
  const isRefused = transaction.commands.length > 0;
  return [
    isRefused
      ? `Node "${subscriber.name}" refuses a transaction of node "${provider.name}" and stands still before it:`
      : `A transaction of node "${provider.name}" does not get into node "${subscriber.name}", and the stream stands still before it:`,
    "",
    `  ${name(transaction)}`,
    ...transaction.commands.map((command) => `    ! ${describeCommands(command)}`),
    ...(lost.length === 0 ? [] : ["  skipped with it:", ...lost.map((line) => `    - ${line}`)]),
    "",
    ...(isRefused
      ? [`At "${provider.name}", "select * from pglogical.queue order by queued_at" shows the commands.`]
      : reasonsOf(link)),
    "",
  ].join("\n");
}

/** What is known of why, and what is not: servers write it into their logs, and into no view. */
function reasonsOf({ provider, subscriber }: Link): readonly string[] {
  return [
    `It was tried once more just now, and failed, though node "${provider.name}" answers. Why is in the newest lines of two server`,
    `logs: that of "${subscriber.name}" when it cannot be applied (a trigger, a value, a right), that of "${provider.name}" when it cannot be sent.`,
    "What can be mended there needs no skip: the stream then goes on by itself.",
  ];
}

/** What was done, and what comes next. */
export function renderSkipped({ provider, subscriber }: Link, transaction: NextTransaction): string {
  const heal =
    transaction.messages.length === 0
      ? []
      : [
          `Now run tributary apply: it compares the tables with "${provider.name}" and brings what was skipped.`,
        ];
  return [
    `Skipped at "${subscriber.name}": ${name(transaction)}. The stream goes on behind it.`,
    ...heal,
    "tributary status shows whether another one stops it; then run tributary skip again.",
  ].join("\n");
}

/** An earlier run, or somebody by hand, has done it already. */
export function renderMovedOn({ provider, subscriber }: Link): string {
  return `What comes next from "${provider.name}" holds no commands: the stream is past what "${subscriber.name}" refused, and goes on.`;
}

function name({ xid, committedAt, end }: NextTransaction): string {
  return `transaction ${legible(xid)}, committed ${legible(committedAt ?? "at an unknown time")}, up to ${legible(end)}`;
}

function describeCommands({ role, type, commands }: CommandCount): string {
  const letter = quoted(type);
  const [one, several] = TYPES[type ?? ""] ?? [`command of type ${letter}`, `commands of type ${letter}`];
  return `${count(commands, one, several)} as role ${quoted(role)}`;
}

function describeMessages({ relation, messages, rows }: MessageCount): string {
  const sent = count(messages, "message", "messages");
  if (relation === null) return `${sent} about no table`;
  return `${sent} of table ${quoted(relation)}, ${count(rows, "row", "rows")}`;
}

function count(number: number, one: string, several: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}

/** Without anything that a terminal would obey. */
function quoted(text: string | null): string {
  return jsonText(text);
}
