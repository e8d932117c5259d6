/** Runs a round on a tree: afterwards every tier is right, or somebody was told, and what was told mends it. */
import { DropsRowsError, mostByOwner } from "../../../src/apply/consent.ts";
import type { EngineKind, Topology } from "../../../src/domain/topology.ts";
import type { TestTree } from "../cluster.ts";
import { planNow, provision, settled, topologyOf } from "../provision.ts";
import { type Application, openApplication, query } from "../sql.ts";
import { verify } from "../verify.ts";
import type { Change } from "./change.ts";
import { keyOf, type Model, quoted, tableName } from "./model.ts";
import { differencesAbove, harm, ownerless, type Place } from "./oracle.ts";
import { Lines } from "./lines.ts";
import { type Action, modelOf, type Round } from "./round.ts";
import { COMMON, ruleOf } from "./schema.ts";
import { EVIL } from "./statements.ts";

/** The database beside the district's that knows nothing of us. */
export const BARE = "bare";

/** What a round found. */
export class Fault extends Error {}

/** A change that we refuse, with the reason and what to do instead: then the round is over. */
class Refusal extends Error {}

const REFUSED = /uses what this change takes away/u;

const DISTRICT = "district-a";

/** Once for each tree, before its first round. */
export async function prepare(tree: TestTree): Promise<void> {
  for (const dsn of [...tree.nodes.map((node) => node.dsn), tree.cluster(DISTRICT).dsn(BARE)])
    await query(dsn, `create extension if not exists citext; ${EVIL}`);
}

interface Delayed {
  readonly node: string;
  readonly action: Action & { readonly kind: "change" };
  readonly from: number;
}

export interface Setting {
  readonly tree: TestTree;
  readonly engine: EngineKind;
  readonly round: Round;
  /** Made for the round, so that it can be run again on the same tree. */
  readonly schema: string;
  /** What a reader of a fault wants to know of the round. */
  readonly note: (line: string) => void;
}

/** Runs the round. Throws Fault. */
export async function runRound(setting: Setting): Promise<void> {
  const { round, note } = setting;
  const run = new Run(setting);
  try {
    await run.begin();
    for (const action of round.actions) {
      await run.take(action);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    note(error.message);
  } finally {
    await run.end();
  }
}

class Run {
  readonly #places: ReadonlyMap<string, Place>;
  readonly #bare: Place;
  readonly #applications = new Map<string, Application>();
  readonly #undo: { readonly sql: string; readonly effect: (model: Model) => void }[] = [];
  #delayed: Delayed[] = [];
  readonly #lines: Lines;
  readonly #tree: TestTree;
  readonly #round: Round;
  readonly #schema: string;
  readonly #note: (line: string) => void;

  constructor({ tree, engine, round, schema, note }: Setting) {
    this.#tree = tree;
    this.#lines = new Lines(tree, engine);
    this.#round = round;
    this.#schema = schema;
    this.#note = note;
    this.#places = new Map(
      tree.nodes.map(({ name, dsn }) => [name, { name, dsn, model: modelOf(round.tables) }]),
    );
    this.#bare = { name: BARE, dsn: tree.cluster(DISTRICT).dsn(BARE), model: modelOf(round.tables) };
  }

  async begin(): Promise<void> {
    const texts = [...COMMON.split("\n"), ...this.#round.tables.flatMap(({ create }) => create)];
    for (const { dsn } of [...this.#places.values(), this.#bare]) {
      await using application = openApplication(dsn);
      for (const text of texts) await application.query(this.#text(text));
    }
    for (const { node, sql } of this.#round.filled) await this.#statement(node, 0, sql);
    await provision(this.#tree, this.#sets(), { prune: true });
    // What a round before this one left of tables that are no more.
    for (const node of ["east", "nation"]) await query(this.#place(node).dsn, "delete from tributary.parked");
  }

  async end(): Promise<void> {
    await Promise.all([...this.#applications.values()].map((application) => application.close()));
    await this.#lines.mend();
  }

  async take(action: Action): Promise<void> {
    if (action.kind === "statement") return await this.#statement(action.node, action.session, action.sql);
    if (action.kind === "change") return await this.#change(action);
    if (action.kind === "cut") return await this.#lines.cut(action.link, action.how);
    await this.#look();
  }

  #text(text: string): string {
    return text.replaceAll("{s}", this.#schema);
  }

  #place(name: string): Place {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`there is no node ${name}`);
    return place;
  }

  /** The topology file says what filters say, by the names of now. */
  #sets(): unknown {
    const tables = [...this.#place(DISTRICT).model.values()].map(
      (table) => [`${this.#schema}.${table.relation}`, ruleOf(table)] as const,
    );
    return {
      knowledge: { tables: JSON.parse(this.#text(JSON.stringify(Object.fromEntries(tables)))) as unknown },
    };
  }

  #topology(): Promise<Topology> {
    return topologyOf(this.#tree, this.#sets());
  }

  /** The SQLSTATE and message, or undefined when it went well. */
  async #run(
    place: Place,
    session: number,
    sql: string,
  ): Promise<{ code: string; message: string } | undefined> {
    const name = `${place.name} ${session}`;
    const application = this.#applications.get(name) ?? openApplication(place.dsn);
    this.#applications.set(name, application);
    try {
      await application.query(this.#text(sql));
      return undefined;
    } catch (error) {
      return {
        code: String((error as { code?: unknown }).code),
        message: error instanceof Error ? error.message : String(error),
      };
    } finally {
      await application.query("rollback; reset all").catch(() => undefined);
    }
  }

  async #statement(node: string, session: number, sql: string): Promise<void> {
    if (this.#lines.isStopped && node === "east") return;
    const ours = await this.#run(this.#place(node), session, sql);
    if (node !== DISTRICT) return;
    const theirs = await this.#run(this.#bare, session, sql);
    if (ours?.code !== theirs?.code)
      throw new Fault(
        `the application's statement ${ended(ours)} and without Tributary ${ended(theirs)}: ${sql}`,
      );
    if (ours !== undefined) this.#note(`fails on both: ${ours.message}: ${sql.slice(0, 200)}`);
  }

  async #change(action: Action & { readonly kind: "change" }): Promise<void> {
    const { order } = action;
    const change = await this.#tried(action.change);
    const known = { ...action, change };
    const names = [...this.#places.keys()];
    if (order !== "up") names.reverse();
    for (const node of order === "district" ? [DISTRICT] : names)
      await this.#changeAt({ node, action: known, from: 0 });
    if (order === "district")
      for (const node of names) if (node !== DISTRICT) this.#delayed.push({ node, action: known, from: 0 });
  }

  /** As far as PostgreSQL takes it where we are not: what it refuses is not tried elsewhere. */
  async #tried({ steps, effect, undo }: Change): Promise<Change> {
    const taken: Change["steps"][number][] = [];
    for (const step of steps) {
      const failed = await this.#run(this.#bare, 2, step.sql);
      if (failed !== undefined) {
        this.#note(`refused: ${failed.message}: ${step.sql.slice(0, 200)}`);
        return { steps: taken };
      }
      taken.push(step);
    }
    effect?.(this.#bare.model);
    if (undo !== undefined) this.#undo.push(undo);
    return { steps, ...(effect === undefined ? {} : { effect }) };
  }

  async #changeAt({ node, action, from }: Delayed): Promise<void> {
    const { change } = action;
    const place = this.#place(node);
    for (const [index, { on, sql }] of change.steps.entries()) {
      if (index < from || (on === "own" && node !== DISTRICT)) continue;
      const failed = await this.#run(place, 2, sql);
      if (failed === undefined) continue;
      if (REFUSED.test(failed.message)) throw new Refusal(`at ${node}: ${failed.message}`);
      if (node === DISTRICT)
        throw new Fault(
          `the district's change fails, and without Tributary does not: ${failed.code} ${failed.message}: ${sql}`,
        );
      this.#note(`at ${node}, later: ${failed.message}: ${sql.slice(0, 200)}`);
      this.#delayed.push({ node, action, from: index });
      return;
    }
    change.effect?.(place.model);
  }

  async #changeLater(): Promise<void> {
    const delayed = this.#delayed;
    this.#delayed = [];
    for (const each of delayed) await this.#changeAt(each);
  }

  /** What differs, in words. */
  async #differences(): Promise<string[]> {
    const place = (name: string): Place => this.#place(name);
    const found = await Promise.all([
      differencesAbove(this.#schema, place(DISTRICT), [place("east"), place("nation")], true),
      differencesAbove(this.#schema, place("district-b"), [place("east"), place("nation")], true),
      differencesAbove(this.#schema, place("east"), [place("nation")], false),
      ownerless(this.#schema, place("nation")),
    ]);
    return found.flat();
  }

  async #parked(): Promise<string[]> {
    const found = await Promise.all(
      ["east", "nation"].map((name) =>
        query(
          this.#place(name).dsn,
          "select node, relation, key, reason from tributary.parked order by id limit 5",
        ),
      ),
    );
    return found.flat().map((row) => JSON.stringify(row));
  }

  /** What `tributary plan` says. */
  async #told(): Promise<string[]> {
    try {
      const { steps, problems } = await planNow(await this.#topology(), {});
      return [...problems.map(({ node, message }) => `${node}: ${message}`), ...steps.map(({ id }) => id)];
    } catch (error) {
      return [`plan refuses: ${error instanceof Error ? error.message : String(error)}`];
    }
  }

  async #look(): Promise<void> {
    await this.#lines.mend();
    const harmed = await harm(this.#schema, this.#place(DISTRICT), this.#bare);
    if (harmed.length > 0) throw new Fault(`the application's rows are others: ${harmed.join("; ")}`);
    const stuck = await settled(this.#tree).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    const found = await this.#differences();
    const parked = await this.#parked();
    const told = await this.#told();
    this.#note(`look: ${found.length} differences, ${parked.length} parked, told: ${told[0] ?? "nothing"}`);
    if (found.length > 0 && parked.length === 0 && told.length === 0)
      throw new Fault(`in silence: ${found.join("; ")}`);
    if (stuck !== undefined && told.length === 0)
      throw new Fault(`stands still, and nobody is told: ${stuck}`);
    if (found.length + parked.length + told.length + this.#delayed.length > 0)
      await this.#mend([...found, ...parked, ...told]);
    const { links, strays } = await verify(await this.#topology());
    const unequal = links.flatMap(({ provider, tables }) =>
      tables
        .filter(({ verdict }) => verdict !== "equal")
        .map((table) => `${provider} ${JSON.stringify(table)}`),
    );
    if (unequal.length + strays.length > 0)
      throw new Fault(`verify finds what is not there: ${unequal.join("; ")} ${JSON.stringify(strays)}`);
  }

  async #mend(why: readonly string[]): Promise<void> {
    await this.#changeLater();
    await this.#apply(why);
    await settled(this.#tree);
    await this.#emitParked();
    const found = await this.#differences();
    const parked = await this.#parked();
    const told = await this.#told();
    if (found.length + parked.length + told.length > 0)
      throw new Fault(
        `not mended by apply: ${[...found, ...parked, ...told].join("; ")}\n  before: ${why.join("\n  ")}`,
      );
  }

  async #apply(why: readonly string[]): Promise<void> {
    let consent = {};
    for (let turn = 0; ; turn += 1) {
      try {
        await provision(this.#tree, this.#sets(), consent);
        return;
      } catch (error) {
        if (turn === 3)
          throw new Fault(
            `apply refuses: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n  before: ${why.join("\n  ")}`,
            { cause: error },
          );
        this.#note(`apply refuses: ${error instanceof Error ? error.message : String(error)}`);
        if (error instanceof DropsRowsError)
          consent = { dropRowsOf: Object.fromEntries(mostByOwner(error.wanted)) };
        else if (/have rows of the same key/u.test(String(error))) await this.#partTwins();
        else await this.#takeBack();
      }
    }
  }

  /** Names that tables had. */
  async #takeBack(): Promise<void> {
    for (const { sql, effect } of this.#undo.splice(0).toReversed())
      for (const place of [...this.#places.values(), this.#bare])
        if ((await this.#run(place, 2, sql)) === undefined) effect(place.model);
  }

  /** What the hint advises: keys of their own. */
  async #partTwins(): Promise<void> {
    for (const place of [...this.#places.values(), this.#bare])
      for (const table of place.model.values()) {
        const same = keyOf(table)
          .map(({ name }) => `t.${quoted(name)} = u.${quoted(name)}`)
          .join(" and ");
        await this.#run(
          place,
          2,
          `delete from ${tableName(table)} t where exists (select from ${tableName(table)} u where ${same} and u.tableoid < t.tableoid)`,
        );
      }
  }

  /** What the reason of a parked row advises: "tributary.emit at the owner". */
  async #emitParked(): Promise<void> {
    const found = await Promise.all(
      ["east", "nation"].map((name) =>
        query(
          this.#place(name).dsn,
          "select distinct node, relation, to_json(key)::text as key from tributary.parked where key is not null",
        ),
      ),
    );
    for (const { node, relation, key } of found.flat()) {
      this.#note(`emitted: ${String(relation)} ${String(key)}`);
      await query(
        this.#place(String(node)).dsn,
        "select * from tributary.emit('knowledge', $1, array(select json_array_elements_text($2::text::json)))",
        String(relation),
        String(key),
      );
    }
    if (found.flat().length > 0) await settled(this.#tree);
  }
}

const ended = (how: { code: string; message: string } | undefined): string =>
  how === undefined ? "goes well" : `fails with ${how.code} ${how.message}`;
