/** Takes nodes out of the tree and leaves nothing behind on either side. */
import { observe } from "../../observe/observe.ts";
import { plan } from "../../plan/plan.ts";
import { defineCommand } from "../command.ts";
import { expectRights, openSessions, runPlan } from "../run-plan.ts";

export const remove = defineCommand({
  name: "remove",
  summary: "Take nodes out of the tree and leave nothing behind on either side",
  description:
    "Drops everything that Tributary made for the nodes, at the nodes and at their upstream, and leaves the\n" +
    "application's tables as they are. A node that others send to goes together with them only. Rows that arrived\n" +
    "upstream stay there. Afterwards, delete the nodes from the topology file.",
  examples: [
    ["tributary remove district-a", "show what would be dropped, ask, and drop it"],
    ["tributary remove district-a --gone", "its server is gone for good: clean its upstream only"],
    ["tributary remove nation east district-a --yes", "the whole tree, without asking"],
  ],
  positionals: {
    name: { summary: "The nodes to take out", isRequired: true, isRepeatable: true },
  },
  options: {
    gone: { type: "boolean", summary: "What cannot be reached will never come back" },
    yes: { type: "boolean", alias: "y", summary: "Do not ask" },
  },
  async run(context, { name: names, gone, yes }) {
    const topology = await context.topology();
    await using sessions = openSessions(context, topology);
    const state = await observe(topology, {
      sessions,
      ...(context.timeoutMs === undefined ? {} : { timeoutMs: context.timeoutMs }),
    });
    const planned = plan(topology, state, { remove: names, gone });
    expectRights(planned.problems);
    const which = names.map((one) => `"${one}"`).join(", ");
    await runPlan(context, topology, planned, { sessions, yes, question: `Remove ${which}?` });
    context.stderr(
      `Now delete ${which} from ${context.topologyFile}: the next apply would set ${names.length === 1 ? "it" : "them"} up again.`,
      "info",
      { isLine: true },
    );
    return 0;
  },
});
