/** How to look around in a tree that was left running. */
import type { PocTree } from "../../sandbox/poc/tree.ts";

/** Whole command lines, to be copied. `self` is how people call this tool. */
export function howToLookAround(tree: PocTree, directory: string | undefined, self: string): string {
  const width = Math.max(...tree.nodes.map(({ name }) => name.length));
  return [
    "The tree is running. Look around, change something in a district, and see it travel:",
    ...tree.nodes.map(({ name, dsn }) => `  ${name.padEnd(width)}  psql '${dsn}'`),
    "",
    `  ${self} status -f ${tree.topologyFile}`,
    `  ${self} plan -f ${tree.topologyFile}`,
    "",
    "When you have seen enough:",
    `  ${self} poc down${directory === undefined ? "" : ` --directory ${directory}`}`,
  ].join("\n");
}
