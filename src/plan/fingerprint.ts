/**
 * The hash of what a plan was made from. Lag, clocks, row estimates, worker states and secrets are left out: they move
 * without changing the plan, or must not be found in a file.
 */
import { redactDsn } from "../domain/dsn.ts";
import { isDisabled, type NodeState, type State } from "../domain/state.ts";
import type { Node, Topology } from "../domain/topology.ts";

/** 16 hexadecimal digits over topology, state and options. */
export function fingerprint(topology: Topology, state: State, options: unknown): string {
  const hash = new Hash();
  const { project, tiers, sets, monitor } = topology;
  hash.add([project, tiers, sets, options, monitor?.role, monitor?.password?.mark]);
  for (const node of topology.nodes) hash.add(nodeFacts(node));
  for (const node of byName(state.nodes)) hash.add(stateFacts(node));
  return hash.digest();
}

function nodeFacts(node: Node): unknown {
  return { ...node, dsn: redactDsn(node.dsn), linkDsn: redactDsn(node.linkDsn) };
}

function stateFacts(node: NodeState): unknown {
  if (!node.reachable) return [node.name, false];
  const { tributary, server } = node;
  return [
    node.name,
    server.versionNum,
    server.systemIdentifier,
    server.inRecovery,
    server.installedExtensions,
    tributary === undefined
      ? null
      : { ...tributary, parkedRows: 0, links: tributary.links.map((link) => ({ ...link, refusals: 0 })) },
    node.engineNode,
    node.linkRole,
    node.pglogicalRights && [node.pglogicalRights.isOpen, node.pglogicalRights.isUsable],
    node.keptPasswords,
    node.unfamiliar?.above,
    node.replicationSets,
    byName(node.subscriptions).map((subscription) => [
      { ...subscription, status: undefined, receivedPosition: undefined, applyErrors: undefined },
      isDisabled(subscription.status),
    ]),
    byName(node.slots).map((slot) => [slot.name, slot.plugin, slot.walStatus === "lost"]),
    [...new Set(node.miscounts?.map((miscount) => miscount.provider))].toSorted(),
    node.tables.map((table) => [
      table.schema,
      table.table,
      table.kind,
      table.columns,
      table.key,
      table.blueprint,
    ]),
    node.owners ?? null,
  ];
}

function byName<Named extends { readonly name: string }>(items: readonly Named[]): readonly Named[] {
  return items.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** Two lanes of 32 bits, multiplied and mixed as MurmurHash does. Tells worlds apart; keeps no secret. */
class Hash {
  #left = 0x9e3779b9;
  #right = 0x85ebca6b;

  add(value: unknown): void {
    const text = JSON.stringify(value, sortKeys) ?? "";
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      this.#left = Math.imul(this.#left ^ code, 0x01000193);
      this.#right = Math.imul(this.#right ^ code, 0x5bd1e995) ^ (this.#right >>> 13);
    }
    this.#left = Math.imul(this.#left ^ text.length, 0x01000193);
  }

  digest(): string {
    return mix(this.#left ^ (this.#right >>> 7)) + mix(this.#right ^ (this.#left >>> 11));
  }
}

function mix(value: number): string {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0).toString(16).padStart(8, "0");
}

/** Objects with their keys in one order, whoever made them. */
function sortKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
