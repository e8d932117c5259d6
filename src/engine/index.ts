/** Every engine by its kind in the topology file. */
import { PreconditionError } from "../domain/errors.ts";
import type { EngineKind } from "../domain/topology.ts";
import type { Engine } from "./engine.ts";
import { pglogical } from "./pglogical/engine.ts";

export const engines: Readonly<Record<EngineKind, Engine>> = {
  pglogical,
  get native(): Engine {
    throw new PreconditionError('the engine is "native", which is not there yet: needs "pglogical"', {
      code: "engine-missing",
      hint: "Write engine: pglogical in the topology file.",
    });
  },
};
