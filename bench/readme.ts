/** The figures in README.md. */
import { readFileSync, writeFileSync } from "node:fs";

const README = new URL("../README.md", import.meta.url);
const SECTION = /(<!-- bench:start -->\n)[\s\S]*?(<!-- bench:end -->)/u;

export function writeToReadme(report: string): void {
  const text = readFileSync(README, "utf8");
  if (!SECTION.test(text)) throw new Error("README.md has no place for the figures");
  writeFileSync(
    README,
    text.replace(SECTION, (_, start: string, end: string) => `${start}${report}\n${end}`),
  );
}
