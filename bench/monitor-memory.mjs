/**
 * A monitor's process over many rounds, without a server: each look gives the same answer again, with its clock and its WAL
 * going on. Arguments: the folder of the compiled tool, a topology file, a file with the answer, rounds, rounds.
 * Prints the memory after as many rounds.
 */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const [tool, topologyFile, answerFile, ...marks] = process.argv.slice(2);
// All that the tool loads when it watches.
await import(`${tool}/cli/commands/index.js`);
const { loadTopology } = await import(`${tool}/topology/load.js`);
const { Watcher } = await import(`${tool}/monitor/watcher.js`);
const { shapeOf } = await import(`${tool}/monitor/shape.js`);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const { topology } = await loadTopology(topologyFile);
const answer = readFileSync(answerFile, "utf8");
let round = 0;
const probe = {
  look: async () => {
    const look = JSON.parse(answer);
    return { ...look, vitals: { ...look.vitals, position: look.vitals.position + round * 4096 } };
  },
  beat: async () => false,
  tend: async () => 0,
  drop: async () => undefined,
  close: async () => undefined,
};
const options = { probe, writes: false, intervalMs: 15_000, version: "bench", onTrouble: () => undefined };
const watcher = new Watcher(shapeOf(topology), options);
const now = Date.now();
const figures = [];
for (; round <= Number(marks.at(-1)); round += 1) {
  // Four hours pass in a minute.
  Date.now = () => now + round * 15_000;
  await watcher.poller.cycle();
  if (!marks.includes(String(round))) continue;
  collect();
  figures.push(process.memoryUsage.rss() / 1e6);
}
console.log(JSON.stringify(figures));
