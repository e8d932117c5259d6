/** A process that starts a cluster, says where, and waits to be killed. */
import { startCluster } from "../../src/sandbox/cluster.ts";
import { makeFolder } from "../../src/sandbox/folder.ts";
import { testBinaries } from "./cluster-binaries.ts";

const folder = await makeFolder({ prefix: "tributary-test-" });
await startCluster({ directory: folder.path, name: "orphan", binaries: await testBinaries() });
process.stdout.write(`${folder.path}\n`);
setInterval(() => undefined, 60_000);
