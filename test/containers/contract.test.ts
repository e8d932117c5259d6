/** The contract between containers of our image, carried by pglogical over two hops. */
import { proveContract } from "../database/contract-suite.ts";
import { describeOnContainers } from "../support/containers.ts";

describeOnContainers("in containers", () => {
  proveContract({ engine: "pglogical", source: "containers", bulkRows: 5000 });
});
