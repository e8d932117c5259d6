/** Random schemas, statements, changes and cuts: afterwards every tier is right, or somebody was told, and that mends it. */
import { appendFileSync } from "node:fs";

import { beforeAll, describe, expect, test } from "vitest";

import { useTestTree } from "../../support/cluster.ts";
import { reduce } from "../../support/property/reduce.ts";
import { randomRound, type Round, roundText } from "../../support/property/round.ts";
import { BARE, Fault, prepare, runRound } from "../../support/property/run.ts";
import { ENGINES } from "./edge-tree.ts";

/** test/README.md says what each is for. */
const {
  TEST_PROPERTY_SEED,
  TEST_PROPERTY_ROUNDS,
  TEST_PROPERTY_CALM,
  TEST_PROPERTY_REDUCE,
  TEST_PROPERTY_NOTES,
} = process.env;
const SEED = Number(TEST_PROPERTY_SEED ?? 14);
const ROUNDS = Number(TEST_PROPERTY_ROUNDS ?? 1);
const manner = { calm: Number(TEST_PROPERTY_CALM ?? 0.4) };
/** Reducing a round runs it dozens of times. */
const timeout = TEST_PROPERTY_REDUCE === undefined ? 300_000 : 7_200_000;

const note = (text: string): void => {
  if (TEST_PROPERTY_NOTES !== undefined) appendFileSync(TEST_PROPERTY_NOTES, `${text}\n`);
};

describe.each(ENGINES)("%s", (engine) => {
  const tree = useTestTree({ districts: 2, regions: 1, engine, databases: ["slm", BARE] });
  beforeAll(() => prepare(tree));
  let runs = 0;

  /** In words, with what went before it. */
  const faultOf = async (round: Round): Promise<string | undefined> => {
    const notes: string[] = [];
    runs += 1;
    try {
      await runRound({ tree, engine, round, schema: `round${runs}`, note: (line) => notes.push(line) });
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return `${error.message}\n  ${notes.join("\n  ")}`;
    } finally {
      note(`--- ${engine} ${round.seed}, run ${runs}\n${notes.join("\n")}`);
    }
  };

  test.each(Array.from({ length: ROUNDS }, (_, turn) => SEED + turn))(
    "seed %i",
    { timeout },
    async (seed) => {
      const round = randomRound(seed, manner);
      let fault = await faultOf(round);
      if (fault !== undefined) {
        const found =
          TEST_PROPERTY_REDUCE === undefined ? { round, fault } : await reduce(round, fault, faultOf);
        fault = `${found.fault}\n${roundText(found.round)}`;
        note(`=== ${engine} ${seed}: ${fault}`);
      }
      expect(fault).toBeUndefined();
    },
  );
});
