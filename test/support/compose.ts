/** The proof of concept of compose.poc.yml, as the tests run it. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../../", import.meta.url));

export interface Outcome {
  readonly exitCode: number;
  /** stdout and stderr, as a terminal would show them. */
  readonly printed: string;
}

/** Runs a line of shell in the top folder of the checkout. */
export async function shell(command: string, environment: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn("bash", ["-o", "pipefail", "-c", command], {
    cwd: TOP,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  });
  return { exitCode, printed };
}

/** As `shell`, for what has to succeed. Gives what it printed. */
export async function run(command: string, environment?: NodeJS.ProcessEnv): Promise<string> {
  const { exitCode, printed } = await shell(command, environment);
  if (exitCode !== 0) throw new Error(`${command}\nended with ${exitCode}:\n${printed}`);
  return printed;
}
