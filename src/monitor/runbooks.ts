/** The runbooks that come with the tool: what to do about each alert, step by step. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../docs/runbooks/", import.meta.url));
const NAME = /^[A-Za-z]+$/u;

/** Names of those that are there. */
export const RUNBOOKS: ReadonlySet<string> = new Set(
  (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length))
    .filter((name) => NAME.test(name)),
);

/** Its text. Undefined: there is none of that name. */
export const runbookText = (name: string): string | undefined =>
  RUNBOOKS.has(name) ? readFileSync(`${FOLDER}${name}.md`, "utf8") : undefined;
