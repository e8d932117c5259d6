/** Tells what happens while it happens, stage by stage, with the seconds each took. */
import type { Context } from "../context.ts";
import type { PlayedStage } from "../render/poc.ts";

export interface Narrator {
  /** Everything played so far. */
  readonly played: readonly PlayedStage[];
  /** Runs one stage. Nothing of it is run when the user has asked to stop. */
  stage<Result>(
    title: string,
    run: () => Promise<{ readonly result: Result; readonly lines: readonly string[] }>,
  ): Promise<Result>;
  say(text: string): void;
  /** How long all of it took. */
  end(): void;
}

/** A narrator on stderr: results alone go to stdout. */
export function narrator(context: Context): Narrator {
  const played: PlayedStage[] = [];
  const begun = performance.now();
  const bold = (text: string): string => (context.color ? `\u001b[1m${text}\u001b[0m` : text);
  return {
    played,
    stage: async (title, run) => {
      context.signal.throwIfAborted();
      context.stderr(`\n${bold(title)}`, "info", { isStyled: true });
      const started = performance.now();
      const { result, lines } = await run();
      const seconds = (performance.now() - started) / 1000;
      for (const line of lines) context.stderr(`  ${line}`);
      context.stderr(`  ${seconds.toFixed(1)} s`);
      played.push({ title, seconds: Number(seconds.toFixed(3)), lines });
      return result;
    },
    say: (text) => context.stderr(`\n${text}`),
    end: () => context.stderr(`\n${((performance.now() - begun) / 1000).toFixed(1)} s in all.`),
  };
}
