/** How to look around in a tree that was left running. */
import type { PocTree } from "../../sandbox/poc/tree.ts";

/** Whole command lines, to be copied. `self` is how people call this tool. */
export function howToLookAround(tree: PocTree, directory: string | undefined, self: string): string {
  return [
    "The tree is running. Look around, change something in a district, and see it travel:",
    ...connections(tree),
    "",
    `  ${self} status -f ${shellWord(tree.topologyFile)}`,
    `  ${self} plan -f ${shellWord(tree.topologyFile)}`,
    "",
    ...howToEnd(directory, self),
  ].join("\n");
}

/** The same for a tree that was not made by the topology file. */
export function howToConnect(tree: PocTree, directory: string | undefined, self: string): string {
  return ["The tree is running. Look around:", ...connections(tree), "", ...howToEnd(directory, self)].join(
    "\n",
  );
}

function connections({ nodes }: PocTree): readonly string[] {
  const width = Math.max(...nodes.map(({ name }) => name.length));
  return nodes.map(({ name, dsn }) => `  ${name.padEnd(width)}  psql ${shellWord(dsn)}`);
}

function howToEnd(directory: string | undefined, self: string): readonly string[] {
  return [
    "When you have seen enough:",
    `  ${self} poc down${directory === undefined ? "" : ` --directory ${shellWord(directory)}`}`,
  ];
}

/** To be pasted into a shell, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
