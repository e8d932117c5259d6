/** Compiles the tool once for all end-to-end tests: it starts in a fraction of the time that it takes from source. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The compiled command line, for `node`. */
    readonly tool: string;
  }
}

const ROOT = path.resolve(import.meta.dirname, "../..");

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "tributary-tool-"));
  const compiler = path.join(ROOT, "node_modules/.bin/tsc");
  const how = ["--noCheck", "--declaration", "false", "--outDir", path.join(folder, "dist")];
  execFileSync(compiler, ["-p", "tsconfig.build.json", ...how], { cwd: ROOT });
  for (const name of ["node_modules", "sql", "prometheus", "grafana", "docs"])
    symlinkSync(path.join(ROOT, name), path.join(folder, name));
  cpSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  project.provide("tool", path.join(folder, "dist/cli/main.js"));
  return () => rmSync(folder, { recursive: true, force: true });
}
