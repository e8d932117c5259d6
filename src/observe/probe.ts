/** The monitor's connections: one to each node, kept open, and given up at a hard deadline. */
import { withRole } from "../domain/dsn.ts";
import { NotLetInError } from "../domain/errors.ts";
import type { Topology } from "../domain/topology.ts";
import type { BeatVitals } from "../domain/vitals.ts";
import type { Session } from "../postgres/session.ts";
import { Sessions } from "../postgres/sessions.ts";
import { type Look, beat, lookAtVitals, tend } from "./vitals.ts";

export interface Probe {
  /** One statement. Thorough: also what takes longer. Throws a TributaryError that says why not. */
  look(node: string, thorough: boolean): Promise<Look>;
  /** True when a beat was due and is sent. */
  beat(node: string, vitals: BeatVitals, everySeconds: number): Promise<boolean>;
  /** Empties the outboxes as far as they are at rest. */
  tend(node: string): Promise<number>;
  /** Hangs up. The next question connects anew. */
  drop(node: string): Promise<void>;
  close(): Promise<void>;
}

/** Together no more than eight seconds: a frozen server must not look alive for longer. */
const LIMITS = { timeoutMs: 4000, statementTimeoutMs: 3000, graceMs: 1000 };

/** Opens nothing yet. `asMonitor`: as the monitor's role, not as who stands in the file's connection strings. */
export function openProbe(
  { nodes, monitor }: Topology,
  { asMonitor, signal }: { readonly asMonitor: boolean; readonly signal: AbortSignal },
): Probe {
  const role = asMonitor ? monitor : undefined;
  const targets = nodes.map(({ name, dsn }) => ({
    name,
    dsn: role === undefined ? dsn : withRole(dsn, role.role, role.password?.text),
  }));
  const sessions = new Sessions(targets, { ...LIMITS, signal, applicationName: "tributary monitor" });
  const ask = async <Answer>(
    node: string,
    question: (session: Session) => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await question(await sessions.get(node));
    } catch (error) {
      throw role !== undefined && error instanceof NotLetInError ? forMonitor(error, role.role) : error;
    }
  };
  return {
    look: (node, thorough) => ask(node, (session) => lookAtVitals(session, thorough)),
    beat: (node, vitals, everySeconds) => ask(node, (session) => beat(session, vitals, everySeconds)),
    tend: (node) => ask(node, tend),
    drop: (node) => sessions.drop(node),
    close: () => sessions.closeAll(),
  };
}

/** Its role is not the one in the dsn, and who makes it is `apply`. */
function forMonitor(error: NotLetInError, role: string): NotLetInError {
  const { message, code, node } = error;
  if (!["wrong-password", "not-authorized"].includes(code)) return error;
  return new NotLetInError(message, {
    code,
    ...(node === undefined ? {} : { node }),
    hint: `Run tributary apply: it makes the role, with the password that the topology file has under monitor. If it has nothing to do, add a line for user "${role}" to the server's pg_hba.conf, then reload.`,
    cause: error,
  });
}
