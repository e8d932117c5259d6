/** What a state or a reason is called, and what to do about it. For people: the page, `status --watch`. */
import type { Link } from "../domain/topology.ts";
import type { DownReason, LinkStatus } from "./judge.ts";

export interface Advice {
  /** What is. */
  readonly says: string;
  /** The next step. */
  readonly hint: string;
}

const ADVICE: Readonly<Record<DownReason, (link: Link) => Advice>> = {
  disabled: () => ({
    says: "the subscription is disabled",
    hint: "Run tributary apply: it enables it.",
  }),
  provider_unreachable: ({ provider }) => ({
    says: `node "${provider.name}" cannot be reached`,
    hint: `Bring node "${provider.name}" back: what it has to send waits there.`,
  }),
  slot_missing: () => ({
    says: "its slot is gone, and with it what was not sent yet",
    hint: "Run tributary apply: it starts the link anew and copies what is missing.",
  }),
  slot_lost: ({ provider }) => ({
    says: `its slot was lost: "${provider.name}" kept as much WAL as max_slot_wal_keep_size allows`,
    hint: "Run tributary apply: it starts the link anew and copies what is missing. Then raise the limit, or mend the line.",
  }),
  slot_in_use: ({ provider, subscriber }) => ({
    says: "another client reads its slot",
    hint: `Look who: pg_stat_replication at "${provider.name}". Only "${subscriber.name}" may.`,
  }),
  plugin_not_allowed: ({ provider }) => ({
    says: `"${provider.name}" does not allow the output plugin any more`,
    hint: `Run tributary doctor --node ${provider.name}: it has the statement for output_plugin_libraries.`,
  }),
  command_refused: ({ provider, subscriber }) => ({
    says: `"${provider.name}" sent commands, which "${subscriber.name}" refuses: the stream stands still before them`,
    hint: `Find out who put them into pglogical.queue there; then: tributary skip ${provider.name}`,
  }),
  apply_error: ({ subscriber }) => ({
    says: "what arrives cannot be applied, or the stream cannot be started; it is tried again and again",
    hint: `Look at the server log of "${subscriber.name}", and try the link's address from there.`,
  }),
  half_open: ({ provider, subscriber }) => ({
    says: "both ends call it alive, and nothing moves: the line is half dead, or one end is frozen",
    hint: `Run tributary apply: it connects "${subscriber.name}" anew. Then look at the machine of "${provider.name}" and at the line.`,
  }),
  not_set_up: () => ({
    says: "it is not set up yet",
    hint: "Run tributary apply.",
  }),
};

/** A reason in words. */
export const adviceFor = (reason: DownReason, link: Link): Advice => ADVICE[reason](link);

const STATES: Readonly<Record<LinkStatus, string>> = {
  replicating: "replicating",
  catchup: "catching up",
  initializing: "first copy",
  disabled: "disabled",
  down: "down",
  unknown: "unknown",
};

/** A state in words. */
export const stateWord = (state: LinkStatus): string => STATES[state];
