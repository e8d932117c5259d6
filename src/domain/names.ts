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

/** The engine's replication set (or publication) that carries one set's outbox. */
export const replicationSetName = (project: string, set: string): string =>
  `${underscored(project)}_${underscored(set)}`;

/** The outbox table of a set, in schema `tributary`. */
export const outboxName = (set: string): string => `outbox_${underscored(set)}`;
