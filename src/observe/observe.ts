/** All nodes side by side → State. A node that does not answer is part of the answer. */
import { ConnectionError, Interrupted, NotLetInError, TributaryError } from "../domain/errors.ts";
import type { NodeState, State } from "../domain/state.ts";
import type { Node, Topology } from "../domain/topology.ts";
import type { SessionOptions } from "../postgres/session.ts";
import { Sessions } from "../postgres/sessions.ts";
import { countLinks } from "./count-links.ts";
import { observeNode } from "./observe-node.ts";
import { findUnfamiliar } from "./unfamiliar.ts";

export interface ObserveOptions {
  /** How long one node may take. Default: 20 s. */
  readonly timeoutMs?: number;
  /** How many nodes at a time. Default: 32. */
  readonly concurrency?: number;
  /** Only these. Default: all. */
  readonly nodes?: readonly string[];
  /** Sessions to use and to keep; else each node's is closed after it. */
  readonly sessions?: Sessions;
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;
const CONCURRENCY = 32;

/** Looks at the nodes of the topology. */
export async function observe(topology: Topology, options: ObserveOptions = {}): Promise<State> {
  const wanted = topology.nodes.filter((node) => options.nodes?.includes(node.name) ?? true);
  const results = new Map<string, NodeState>();
  const queue = [...wanted];
  const work = async (): Promise<void> => {
    for (let node = queue.shift(); node !== undefined; node = queue.shift())
      results.set(node.name, await lookAt(topology, node, options));
  };
  await Promise.all(
    Array.from({ length: Math.min(wanted.length, options.concurrency ?? CONCURRENCY) }, work),
  );
  const nodes = wanted.flatMap((node) => results.get(node.name) ?? []);
  const sessions =
    options.sessions ?? new Sessions(wanted, ownSession(options.timeoutMs ?? TIMEOUT_MS, options));
  try {
    const known = await findUnfamiliar(topology, nodes, sessions);
    return {
      nodes: await countLinks(topology, known, sessions, options.signal ?? new AbortController().signal),
    };
  } finally {
    if (options.sessions === undefined) await sessions.closeAll();
  }
}

async function lookAt(topology: Topology, node: Node, options: ObserveOptions): Promise<NodeState> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const sessions = options.sessions ?? new Sessions([node], ownSession(timeoutMs, options));
  try {
    return await inTime(observeNode(topology, node, sessions), timeoutMs, node.name);
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof TributaryError)) throw error;
    const { hint } = error;
    return {
      name: node.name,
      reachable: false,
      error: reason(error),
      isSilent: error instanceof ConnectionError && !(error instanceof NotLetInError),
      ...(hint === undefined ? {} : { fix: hint }),
    };
  } finally {
    if (options.sessions === undefined) await sessions.closeAll();
  }
}

function ownSession(timeoutMs: number, { signal }: ObserveOptions): SessionOptions {
  return { timeoutMs, ...(signal === undefined ? {} : { signal }) };
}

/** The message without the node's name, which stands beside it. */
function reason(error: TributaryError): string {
  return error.message.replace(/^node "[^"]*": /, "");
}

async function inTime(work: Promise<NodeState>, timeoutMs: number, name: string): Promise<NodeState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<NodeState>((resolve) => {
    const error = `it did not answer within ${timeoutMs / 1000} seconds`;
    timer = setTimeout(() => resolve({ name, reachable: false, error, isSilent: true }), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Whatever becomes of it now has been told already.
    work.catch(() => undefined);
  }
}
