/** Faults between containers, with pglogical. */
import { proveFaults } from "./faults-suite.ts";

proveFaults("pglogical");
