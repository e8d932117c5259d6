/** Every engine by its kind in the topology file. */
import type { EngineKind } from "../domain/topology.ts";
import type { Engine } from "./engine.ts";
import { native } from "./native/engine.ts";
import { pglogical } from "./pglogical/engine.ts";

export const engines: Readonly<Record<EngineKind, Engine>> = { pglogical, native };
