/** What is wrong with a command line, in our words and with a way out. */
import { UsageError } from "../domain/errors.ts";
import { didYouMean } from "../topology/nearest.ts";

/** What could have been written. */
export interface Vocabulary {
  readonly commands: readonly string[];
  /** The command that was named, if any, with its options and its required positionals. */
  readonly command?: string;
  readonly options: readonly string[];
  readonly required: readonly string[];
}

/** Turns the complaint of the command line parser into an error with a hint. */
export function explainUsage(complaint: string, argv: readonly string[], words: Vocabulary): UsageError {
  const explain = EXPLANATIONS.find(({ pattern }) => pattern.test(complaint));
  const found = explain?.pattern.exec(complaint)?.[1] ?? "";
  const { message, hint } = explain?.say(found, argv, words) ?? {
    message: complaint.replaceAll(/\s*\n\s*/gu, " "),
  };
  const help = words.command === undefined ? "tributary --help" : `tributary ${words.command} --help`;
  return new UsageError(message, { code: "usage", hint: hint ?? `See \`${help}\`.` });
}

type Say = (found: string, argv: readonly string[], words: Vocabulary) => { message: string; hint?: string };

const EXPLANATIONS: readonly { readonly pattern: RegExp; readonly say: Say }[] = [
  { pattern: /^Unknown (?:argument|command)s?: ([^,]+)/u, say: sayUnknown },
  {
    pattern: /^Not enough arguments following: (.+)/u,
    say: (option) => ({ message: `option --${option} needs a value` }),
  },
  {
    pattern: /^Not enough non-option/u,
    say: (_found, _argv, { required }) => ({ message: `missing ${required.join(" ")}` }),
  },
];

function sayUnknown(word: string, argv: readonly string[], words: Vocabulary): ReturnType<Say> {
  if (!argv.includes(word)) {
    const meant = didYouMean(word, words.options).hint?.replace('"', '"--');
    const message = `there is no option ${word.length === 1 ? "-" : "--"}${word}`;
    return { message, ...(meant === undefined ? {} : { hint: meant }) };
  }
  if (words.command !== undefined) return { message: `unexpected argument "${word}"` };
  return { message: `there is no command "${word}"`, ...didYouMean(word, words.commands) };
}
