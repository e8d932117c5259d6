/** Docker's command line: what people would type. */
import { execFile, execFileSync } from "node:child_process";

const MAX_OUTPUT = 16 << 20;

/** An engine of 20.10 cannot do what BuildKit asks. */
function environment(): NodeJS.ProcessEnv {
  const { DOCKER_BUILDKIT: _, ...kept } = process.env;
  return kept;
}

/** Its output; rejects with Docker's own words. */
export function docker(...words: readonly string[]): Promise<string> {
  const options = { env: environment(), maxBuffer: MAX_OUTPUT };
  return new Promise((resolve, reject) => {
    execFile("docker", [...words], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`docker ${words[0]}: ${stderr.trim() || error.message}`, { cause: error }));
    });
  });
}

/** As `docker`, but waits for it here. */
export function dockerNow(...words: readonly string[]): string {
  return execFileSync("docker", words, { env: environment(), encoding: "utf8", stdio: "pipe" }).trim();
}

/** One word a line, as Docker prints lists. */
export async function dockerList(...words: readonly string[]): Promise<readonly string[]> {
  return (await docker(...words)).split("\n").filter((line) => line !== "");
}
