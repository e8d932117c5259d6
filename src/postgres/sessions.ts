/** One session to each node, opened when it is first needed and kept. */
import { ConnectionError, Interrupted, UsageError } from "../domain/errors.ts";
import { expectIdentity } from "./identity.ts";
import { type Session, type SessionOptions, connect } from "./session.ts";

export interface SessionsOptions extends SessionOptions {
  /** Each database has to be the node of this project that its dsn stands for. Absent: not asked. */
  readonly project?: string;
}

export class Sessions implements AsyncDisposable {
  readonly #nodes: ReadonlyMap<string, { readonly name: string; readonly dsn: string }>;
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, Promise<Session>>();

  constructor(
    nodes: readonly { readonly name: string; readonly dsn: string }[],
    options: SessionsOptions = {},
  ) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
    this.#options = options;
  }

  /** The node's session. One that could not be opened is tried anew the next time. */
  async get(name: string): Promise<Session> {
    const open = this.#open.get(name);
    const session = await open;
    if (session?.isEnded === false) return session;
    // Someone else may have connected anew while we looked.
    return this.#open.get(name) === open ? this.#connect(name) : this.get(name);
  }

  async #connect(name: string): Promise<Session> {
    const node = this.#nodes.get(name);
    if (node === undefined) throw unknownNode(name);
    const session = this.#connectTo(node);
    this.#open.set(name, session);
    session.catch(() => {
      if (this.#open.get(name) === session) this.#open.delete(name);
    });
    return session;
  }

  async #connectTo(node: { readonly name: string; readonly dsn: string }): Promise<Session> {
    const session = await connect(node, this.#options);
    const { project } = this.#options;
    if (project === undefined) return session;
    try {
      await expectIdentity(session, project);
      return session;
    } catch (error) {
      await session.close().catch(ignoreBroken);
      throw error;
    }
  }

  /** Forgets the session of a node whose connection broke, so that the next `get` connects anew. */
  async drop(name: string): Promise<void> {
    const session = this.#open.get(name);
    this.#open.delete(name);
    await session?.then((open) => open.close()).catch(ignoreBroken);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((name) => this.drop(name)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.closeAll();
  }
}

/** What never came, because it could not or because of Ctrl-C, needs no closing. */
function ignoreBroken(error: unknown): void {
  if (!(error instanceof ConnectionError || error instanceof Interrupted)) throw error;
}

function unknownNode(name: string): UsageError {
  return new UsageError(`there is no node "${name}" in the topology`, {
    code: "unknown-node",
    node: name,
    hint: "Use a name from the topology file.",
  });
}
