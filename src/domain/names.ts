/** The names of everything that Tributary makes, built and checked in one place. */

/** PostgreSQL cuts names off at NAMEDATALEN - 1 bytes. */
export const MAX_NAME_BYTES = 63;

/** What projects, sets, tiers and nodes may be called. */
export const NAME_PATTERN = /^[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*$/;

const underscored = (name: string): string => name.replaceAll("-", "_");

/** The engine's name for a node. */
export const engineNodeName = (project: string, node: string): string =>
  `${underscored(project)}_${underscored(node)}`;

/** The subscriber's standing request to one provider. */
export const subscriptionName = (project: string, provider: string): string =>
  `${underscored(project)}_from_${underscored(provider)}`;

/** The role that a node's upstream reads it as, where the topology names no other. Cut with a hash where it would be too long. */
export function linkRoleName(project: string, node: string): string {
  const name = `tributary_${underscored(project)}_link_${underscored(node)}`;
  return name.length <= MAX_NAME_BYTES ? name : `${name.slice(0, MAX_NAME_BYTES - 9)}_${hashOf(name)}`;
}

/** FNV-1a, as 8 hexadecimal digits: tells names apart that begin alike. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** The engine's replication set (or publication) that carries one set's outbox. */
export const replicationSetName = (project: string, set: string): string =>
  `${underscored(project)}_${underscored(set)}`;

/** The outbox table of a set, in schema `tributary`. */
export const outboxName = (set: string): string => `outbox_${underscored(set)}`;

/** pglogical keeps this much of a subscription's name in a slot's name before it puts a hash. */
const SLOT_STEM = 8;

/** The role that owns tables which are made above and nobody was named for. Nobody may log in as it. */
export const tablesRole = (project: string): string => `tributary_${underscored(project)}_tables`;

/** A slot that some node's subscription to this database uses or used, going by its name. */
export function isSlotOfProject(project: string, slot: string): boolean {
  const stem = subscriptionName(project, "");
  return (
    slot.startsWith(stem) ||
    slot.includes(`_${stem}`) ||
    new RegExp(`_${stem.slice(0, SLOT_STEM)}[0-9a-f]{7,8}$`, "u").test(slot)
  );
}

/** The role whose members may look at what a project does: `tributary_slm_operator`. */
export function operatorRole(project: string): string {
  return `tributary_${project.replaceAll("-", "_")}_operator`;
}
