/** The contract between containers of our image, carried by native replication over one hop. */
import { proveContract } from "../database/contract-suite.ts";
import { describeOnContainers } from "../support/containers.ts";

describeOnContainers("in containers, districts right below the nation", () => {
  proveContract({ engine: "native", regions: 0, source: "containers", bulkRows: 5000 });
});
