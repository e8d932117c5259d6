/** Links are compared from end to end while the monitor runs, each at its own time. */
import { Cron } from "croner";

import { type Link, type Topology, type VerifySchedule, linksUpward } from "../domain/topology.ts";
import { isComparedHere } from "../monitor/watcher.ts";
import { isTimeZone } from "../topology/cron.ts";
import { Turns } from "../verify/turns.ts";

export interface ScheduleTools {
  /** Compares one link. Gives what a person should know of it, if anything. */
  readonly compare: (timed: TimedLink, signal: AbortSignal) => Promise<string | undefined>;
  /** Nodes that this monitor is limited to. Absent: none. */
  readonly nodes?: readonly string[] | undefined;
  /** The zone that a node's database has. Undefined: nobody has seen it yet. */
  readonly zoneOf: (node: string) => string | undefined;
  /** Something that a person should read. */
  readonly tell: (text: string) => void;
}

export interface TimedLink {
  readonly topology: Topology;
  readonly link: Link;
  readonly schedule: VerifySchedule;
}

interface Job {
  readonly zone: string;
  readonly cron: Cron;
}

const FALLBACK_ZONE = "UTC";

/** The jobs of one monitor. */
export class Schedule {
  readonly #tools: ScheduleTools;
  readonly #stop = new AbortController();
  readonly #turns = new Turns();
  readonly #running = new Set<Promise<void>>();
  readonly #jobs = new Map<string, Job>();
  /** What was last told of a link, and of a zone. */
  readonly #told = new Map<string, string>();
  #timed: readonly TimedLink[] = [];

  constructor(tools: ScheduleTools) {
    this.#tools = tools;
  }

  /** Goes on with another file. What is being compared just now is compared to its end. */
  change(topology: Topology): void {
    for (const { cron } of this.#jobs.values()) cron.stop();
    this.#jobs.clear();
    this.#told.clear();
    this.#timed = timedLinks(topology, this.#tools.nodes);
    this.refresh();
  }

  /** Makes the jobs of nodes whose zone has become known, and anew of those that have another one by now. */
  refresh(): void {
    if (this.#stop.signal.aborted) return;
    for (const timed of this.#timed) {
      const { link, schedule } = timed;
      const { name } = link.provider;
      const zone = schedule.timeZone ?? this.#zoneOf(name);
      const known = this.#jobs.get(name);
      if (zone === undefined || known?.zone === zone) continue;
      known?.cron.stop();
      const job = { timezone: zone, protect: true } as const;
      this.#jobs.set(name, { zone, cron: new Cron(schedule.every, job, () => this.#run(timed)) });
    }
  }

  /** Ends what is being compared, too: nothing of it is kept but what was found of whole tables. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const { cron } of this.#jobs.values()) cron.stop();
    await Promise.all(this.#running);
  }

  /** Servers also know zones by names that are their own. */
  #zoneOf(name: string): string | undefined {
    const zone = this.#tools.zoneOf(name);
    if (zone === undefined || isTimeZone(zone)) return zone;
    this.#tell(
      `zone of ${name}`,
      `node "${name}": its time zone "${zone}" is known to its server only, so its link is compared by ${FALLBACK_ZONE}. Name another one with time_zone under verify.`,
    );
    return FALLBACK_ZONE;
  }

  async #run(timed: TimedLink): Promise<void> {
    const run = this.#compare(timed);
    this.#running.add(run);
    await run.finally(() => this.#running.delete(run));
  }

  /** Never throws: that a link cannot be compared is no reason to stop watching. */
  async #compare(timed: TimedLink): Promise<void> {
    const { provider, subscriber } = timed.link;
    const place = `${provider.name} → ${subscriber.name}`;
    const { signal } = this.#stop;
    const trouble = await this.#turns
      .take([provider.name, subscriber.name], async () =>
        signal.aborted ? undefined : await this.#tools.compare(timed, signal),
      )
      .catch((error: unknown) => `it could not be compared: ${String((error as Error).message)}`);
    if (!signal.aborted) this.#tell(place, trouble === undefined ? "" : `${place}: ${trouble}`);
  }

  /** Once, and not every night for years. */
  #tell(what: string, text: string): void {
    if (text !== "" && this.#told.get(what) !== text) this.#tools.tell(text);
    this.#told.set(what, text);
  }
}

function timedLinks(topology: Topology, nodes: readonly string[] | undefined): readonly TimedLink[] {
  return linksUpward(topology).flatMap((link) => {
    const schedule = topology.monitor?.watches.get(link.provider.name)?.verify;
    return schedule === undefined || !isComparedHere(link, nodes) ? [] : [{ topology, link, schedule }];
  });
}
