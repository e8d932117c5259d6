/** How to look around in a tree that was left running. */
import type { PocTree } from "../../sandbox/poc/tree.ts";

export interface LookingAround {
  /** Where the tree is, when it was said. */
  readonly directory: string | undefined;
  /** How people call this tool. */
  readonly self: string;
  /** How they call psql. Undefined: there is none on this machine; the npm package brings none. */
  readonly psql: string | undefined;
}

/** Whole command lines, to be copied. */
export function howToLookAround(tree: PocTree, around: LookingAround): string {
  const { psql, self } = around;
  return [
    "The tree is running. Look around, change something in a district, and see it travel:",
    ...connections(tree, around),
    "",
    ...(psql === undefined ? [WITHOUT_PSQL] : []),
    `  ${self} status -f ${shellWord(tree.topologyFile)}`,
    `  ${self} plan -f ${shellWord(tree.topologyFile)}`,
    `  ${self} monitor -f ${shellWord(tree.topologyFile)}     # then: http://127.0.0.1:9854`,
    "",
    ...howToEnd(around),
  ].join("\n");
}

const WITHOUT_PSQL =
  "There is no psql on this machine (Debian: apt-get install postgresql-client). Without it:";

/** The same for a tree that was not made by the topology file. */
export function howToConnect(tree: PocTree, around: LookingAround): string {
  return ["The tree is running. Look around:", ...connections(tree, around), "", ...howToEnd(around)].join(
    "\n",
  );
}

function connections({ nodes }: PocTree, { psql = "psql" }: LookingAround): readonly string[] {
  const width = Math.max(...nodes.map(({ name }) => name.length));
  return nodes.map(({ name, dsn }) => `  ${name.padEnd(width)}  ${shellWord(psql)} ${shellWord(dsn)}`);
}

function howToEnd({ directory, self }: LookingAround): readonly string[] {
  return [
    "When you have seen enough:",
    `  ${self} poc down${directory === undefined ? "" : ` --directory ${shellWord(directory)}`}`,
  ];
}

/** To be pasted into a shell, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
