/** Faults between containers, with native replication. */
import { proveFaults } from "./faults-suite.ts";

proveFaults("native");
