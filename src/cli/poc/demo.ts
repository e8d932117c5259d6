/** The scenes on a tree that `apply` has provisioned: equal at every tier in the end. */
import { isEqual, compareTiers } from "../../sandbox/poc/compare.ts";
import { tributaryCarrier } from "../../sandbox/poc/arrival.ts";
import type { PocTree } from "../../sandbox/poc/tree.ts";
import { SCENES } from "../../sandbox/poc/scenes.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import type { Context } from "../context.ts";
import { pocJson, renderComparison } from "../render/poc.ts";
import type { Narrator } from "./narrator.ts";
import { reconnect } from "./provision.ts";

/** A tree that is up. */
export interface Running {
  readonly tree: PocTree;
  readonly sessions: Sessions;
  readonly narrate: Narrator;
}

/** Rows differ: the promise does not hold. */
const NOT_EQUAL = 7;

/** Plays the scenes, compares, and says so with its exit code. */
export async function demo(context: Context, { tree, sessions, narrate }: Running): Promise<number> {
  const mayWaitLong = tree.engine === "pglogical";
  const hurry = mayWaitLong ? () => reconnect(context, tree.topologyFile) : undefined;
  const carrier = tributaryCarrier(sessions, context.signal, hurry);
  const stage = { tree, sessions, carrier };
  for (const scene of SCENES)
    await narrate.stage(scene.title, async () => ({ result: undefined, lines: await scene.play(stage) }));
  const comparisons = await narrate.stage(
    "Every tier compared, row by row and column by column",
    async () => ({
      result: await compareTiers(sessions),
      lines: [],
    }),
  );
  const equal = isEqual(comparisons);
  context.stdout(context.json ? pocJson(narrate.played, comparisons) : renderComparison(comparisons));
  narrate.say(equal ? "Equal everywhere." : "NOT equal: this is a bug, please report it.");
  return equal ? 0 : NOT_EQUAL;
}
