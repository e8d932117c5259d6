/** The tool as it is packed. */
import { execFileSync } from "node:child_process";
import { copyFileSync, symlinkSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..");

/** Compiles it into a folder, with what it needs beside it. Returns the folder of its modules. */
export function compileTool(folder: string): string {
  const tool = path.join(folder, "dist");
  const compiler = path.join(ROOT, "node_modules/.bin/tsc");
  const how = ["--noCheck", "--declaration", "false", "--outDir", tool];
  execFileSync(compiler, ["-p", "tsconfig.build.json", ...how], { cwd: ROOT });
  for (const name of ["node_modules", "sql"]) symlinkSync(path.join(ROOT, name), path.join(folder, name));
  copyFileSync(path.join(ROOT, "package.json"), path.join(folder, "package.json"));
  return tool;
}
