/** What a command is, and how a command line is read. The only file that knows yargs. */
import yargs, { type Argv, type Options as YargsOption } from "yargs";
import { EXIT_CODES, UsageError } from "../domain/errors.ts";
import type { Context } from "./context.ts";
import { explainUsage, type Vocabulary } from "./usage.ts";

export interface Option {
  readonly type: "string" | "number" | "boolean";
  readonly summary: string;
  /** One letter. */
  readonly alias?: string;
  /** May be given several times; its value is a list. */
  readonly isRepeatable?: boolean;
  readonly default?: string | number;
  readonly choices?: readonly string[];
  /** What its value is, in capitals: FILE. */
  readonly value?: string;
}

export interface Positional {
  readonly summary: string;
  readonly isRequired?: boolean;
  /** May be given several times; its value is a list. Only the last. */
  readonly isRepeatable?: boolean;
  readonly choices?: readonly string[];
}

type OptionTable = Readonly<Record<string, Option>>;
type PositionalTable = Readonly<Record<string, Positional>>;

type Scalar<O extends Option> = { string: string; number: number; boolean: boolean }[O["type"]];
type ValueOf<O extends Option> = O extends { isRepeatable: true }
  ? readonly Scalar<O>[]
  : O extends { type: "boolean" } | { default: string | number }
    ? Scalar<O>
    : Scalar<O> | undefined;
type Arguments<O extends OptionTable, P extends PositionalTable> = {
  readonly [K in keyof O]: ValueOf<O[K]>;
} & { readonly [K in keyof P]: WordsOf<P[K]> };
type WordsOf<P extends Positional> = P extends { isRepeatable: true }
  ? readonly string[]
  : P extends { isRequired: true }
    ? string
    : string | undefined;

export interface CommandOf<O extends OptionTable, P extends PositionalTable> {
  readonly name: string;
  /** What it does, in one line without a full stop. */
  readonly summary: string;
  /** More, for its own help. */
  readonly description?: string;
  /** Whole command lines, and what each does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly options: O;
  /** In their order; written in capitals in the help. */
  readonly positionals?: P;
  /** Does the work; the result is the exit code. */
  run(context: Context, args: Arguments<O, P>): Promise<number>;
}

/** A command of any options: only the registrar below calls it, with arguments of its own table. */
export type Command = Omit<CommandOf<OptionTable, PositionalTable>, "run"> & {
  run(context: Context, args: never): Promise<number>;
};

/** A command whose arguments are typed by its own options and positionals. */
export const defineCommand = <const O extends OptionTable, const P extends PositionalTable = {}>(
  command: CommandOf<O, P>,
): CommandOf<O, P> => command;

export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;

/** Options that every command has. */
export const GLOBAL_OPTIONS = {
  topology: {
    type: "string",
    alias: "f",
    value: "FILE",
    default: "topology.yaml",
    summary: "The topology file",
  },
  node: { type: "string", isRepeatable: true, value: "NAME", summary: "Only this node; may be repeated" },
  json: { type: "boolean", summary: "Results and errors as JSON" },
  "log-level": { type: "string", choices: LOG_LEVELS, default: "info", summary: "How much to say on stderr" },
  "no-color": { type: "boolean", summary: "No colours, as with the environment variable NO_COLOR" },
  timeout: { type: "number", value: "SECONDS", summary: "How long to wait for anything before giving up" },
} as const satisfies OptionTable;

export type GlobalArguments = Arguments<typeof GLOBAL_OPTIONS, {}>;

export type Invocation =
  | { readonly kind: "run"; readonly globals: GlobalArguments; run(context: Context): Promise<number> }
  /** Help, version or completions. `isAsked` is false when there was no command. */
  | { readonly kind: "text"; readonly text: string; readonly isAsked: boolean };

/** Reads a command line. Throws UsageError. */
export async function parseCommandLine(
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
): Promise<Invocation> {
  const chosen: { command?: Command; args?: Readonly<Record<string, unknown>> } = {};
  const parser = parserFor(commands, version, (command, args) => Object.assign(chosen, { command, args }));
  // yargs goes on to look for a handler after it has printed the completion script.
  parser.strict(argv[0] !== "completion");
  const outputs: string[] = [];
  try {
    await parser.parseAsync([...argv], {}, (_error, _args, output) => {
      outputs.push(output);
    });
  } catch (error) {
    const complaint = error instanceof Error ? error.message : String(error);
    throw explainUsage(complaint, argv, vocabulary(argv, commands));
  }
  const { command, args } = chosen;
  const text = outputs.join("").trimEnd();
  if (text !== "") return { kind: "text", text, isAsked: true };
  if (command === undefined || args === undefined) {
    if (argv.includes("--get-yargs-completions")) return { kind: "text", text, isAsked: true };
    return { kind: "text", text: await parser.getHelp(), isAsked: false };
  }
  const globals = collect(GLOBAL_OPTIONS, args) as GlobalArguments;
  const own = { ...args, ...collect(command.options, args) };
  return { kind: "run", globals, run: (context) => command.run(context, own as never) };
}

function parserFor(
  commands: readonly Command[],
  version: string,
  choose: (command: Command, args: Readonly<Record<string, unknown>>) => void,
): Argv {
  const parser = yargs([])
    .scriptName("tributary")
    .usage("Usage: tributary COMMAND [OPTIONS]")
    .locale("en")
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "greedy-arrays": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .options(yargsOptions(GLOBAL_OPTIONS))
    .group([...Object.keys(GLOBAL_OPTIONS), "help", "version"], "For every command:")
    .completion("completion", "Print a script that completes commands and options in bash or zsh")
    .epilogue(epilogueText(FIRST_STEPS))
    .version(version)
    .help()
    .alias("help", "h")
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail(false)
    .wrap(100);
  for (const command of commands) {
    const usage = [command.name, ...Object.entries(command.positionals ?? {}).map(positionalUsage)].join(" ");
    parser.command(
      usage,
      command.summary,
      (builder) => describe(builder, usage, command),
      (args) => choose(command, args),
    );
  }
  return parser;
}

function describe(builder: Argv, usage: string, command: Command): Argv {
  builder.usage(`Usage: tributary ${usage} [OPTIONS]\n\n${command.description ?? `${command.summary}.`}`);
  for (const [name, { summary, choices }] of Object.entries(command.positionals ?? {})) {
    builder.positional(name, { type: "string", describe: summary, ...(choices ? { choices } : {}) });
  }
  return builder.options(yargsOptions(command.options)).epilogue(epilogueText(command.examples));
}

const positionalUsage = ([name, { isRequired, isRepeatable }]: [string, Positional]): string => {
  const words = isRepeatable === true ? `${name}..` : name;
  return isRequired === true ? `<${words}>` : `[${words}]`;
};

function yargsOptions(table: OptionTable): Record<string, YargsOption> {
  return Object.fromEntries(Object.entries(table).map(([name, option]) => [name, yargsOption(option)]));
}

function yargsOption(option: Option): YargsOption {
  const { type, summary, alias, choices, value } = option;
  return {
    type,
    describe: value === undefined ? summary : `${summary} (${value})`,
    requiresArg: type !== "boolean",
    array: option.isRepeatable === true,
    ...(alias === undefined ? {} : { alias }),
    ...(choices === undefined ? {} : { choices }),
    ...(option.default === undefined ? {} : { default: option.default }),
  };
}

const FIRST_STEPS: Command["examples"] = [
  ["tributary init", "write a topology file"],
  ["tributary doctor", "check the servers"],
  ["tributary apply", "make the servers match the file"],
];

/** Examples and exit codes. Ours, because yargs breaks long examples into two narrow columns. */
function epilogueText(examples: Command["examples"]): string {
  const codes = EXIT_CODES.map(({ code, meaning }) => `  ${String(code).padEnd(4)}${meaning}`);
  const lines = examples.flatMap(([line, does]) => [`  # ${does}`, `  ${line}`]);
  return ["Examples:", ...lines, "", "Exit codes:", ...codes].join("\n");
}

/** The values of a table's options, checked. */
function collect(table: OptionTable, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, option]) => [name, checkedValue(name, option, args[name])]),
  );
}

function checkedValue(name: string, option: Option, value: unknown): unknown {
  if (option.isRepeatable === true) return value ?? [];
  if (Array.isArray(value)) throw new UsageError(`option --${name} is given twice`, { code: "usage" });
  if (option.type === "boolean") return value ?? false;
  const isNumber = option.type !== "number" || value === undefined || Number.isFinite(value);
  if (!isNumber) throw new UsageError(`option --${name} is not a number`, { code: "usage" });
  return value;
}

function vocabulary(argv: readonly string[], commands: readonly Command[]): Vocabulary {
  const names = commands.map(({ name }) => name);
  const command = commands.find(({ name }) => name === argv.find((word) => names.includes(word)));
  const positionals = Object.entries(command?.positionals ?? {});
  return {
    commands: [...names, "completion"],
    ...(command === undefined ? {} : { command: command.name }),
    options: [...Object.keys({ ...GLOBAL_OPTIONS, ...command?.options }), "help", "version"],
    required: positionals.flatMap(([name, { isRequired }]) => (isRequired === true ? [name] : [])),
  };
}
