/** The project's slots at a node, and who uses them. */
import { isSlotOfProject } from "../domain/names.ts";
import type { SlotState } from "../domain/state.ts";
import type { Site, Survey } from "./survey.ts";

/** Slots at a provider that carry the project's name and belong to no subscription that was seen. */
export function straySlots({ topology, slotUsers }: Survey, provider: Site): readonly SlotState[] {
  return provider.state.slots.filter(
    (slot) => !slotUsers.has(slot.name) && isSlotOfProject(topology.project, slot.name),
  );
}

/** Slots that must be gone before a stream starts anew. pglogical drops those of its subscriptions itself. */
export function slotsInTheWay(survey: Survey, provider: Site): readonly SlotState[] {
  const stray = straySlots(survey, provider);
  return provider.state.slots.filter(
    (slot) =>
      stray.includes(slot) ||
      (slot.plugin === "pgoutput" && isSlotOfProject(survey.topology.project, slot.name)),
  );
}

/** Nodes other than the upstream that still subscribe to a provider. */
export function formerSubscribers({ topology, slotUsers }: Survey, { node, state }: Site): readonly string[] {
  return state.slots.flatMap((slot) => {
    const user = slotUsers.get(slot.name);
    if (user === undefined || user === node.upstream || !isSlotOfProject(topology.project, slot.name))
      return [];
    return [user];
  });
}
