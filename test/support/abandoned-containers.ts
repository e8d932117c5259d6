/** A process that starts a container as a run of the tests does, says which run it is, and waits to be killed. */
import { makeFolder } from "../../src/sandbox/folder.ts";
import { thisRun } from "./container-run.ts";
import { startContainerTree } from "./container-tree.ts";

const run = thisRun();
const { path: directory } = await makeFolder({ prefix: "tributary-test-" });
const nothing = { settings: {}, databases: [], environment: {} };
await startContainerTree([{ name: "orphan" }], { run, directory, ...nothing });
process.stdout.write(`${run}\n`);
setInterval(() => undefined, 60_000);
