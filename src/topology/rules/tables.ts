/** Rules about the tables of the sets. */
import { relationName } from "../../domain/topology.ts";
import type { Draft } from "../draft.ts";
import { explainFilter } from "../filter.ts";
import type { Finding, Path } from "../source.ts";
import { parseTableName } from "../table-name.ts";
import { sameKey, type Rule } from "./rule.ts";

type Entry = Draft["sets"][string]["tables"][string];

interface Listed {
  readonly set: string;
  readonly key: string;
  readonly path: Path;
  readonly entry: Entry;
}

const tablesOf = (draft: Draft): readonly Listed[] =>
  Object.entries(draft.sets).flatMap(([set, { tables }]) =>
    Object.entries(tables).map(([key, entry]) => ({ set, key, entry, path: ["sets", set, "tables", key] })),
  );

export const setsHaveTables: Rule = ({ draft }) =>
  Object.entries(draft.sets).flatMap(([set, { tables }]) =>
    Object.keys(tables).length > 0
      ? []
      : [{ path: ["sets", set], at: "key", message: `set "${set}" has no tables` }],
  );

export const tableNamesAreSound: Rule = ({ draft }) =>
  tablesOf(draft).flatMap(({ key, path }): Finding[] => {
    const name = parseTableName(key);
    return "message" in name ? [{ path, at: "key", ...name }] : [];
  });

export const tablesAreTheApplications: Rule = ({ draft }) =>
  tablesOf(draft).flatMap(({ key, path }): Finding[] => {
    const name = parseTableName(key);
    const isOurs =
      "schema" in name && /^(?:tributary|pglogical|information_schema|pg_.*)$/u.test(name.schema);
    return isOurs ? [{ path, at: "key", message: `${key} is not a table of an application` }] : [];
  });

/** A row travels once, by one rule. */
export const tablesStandInOneSet: Rule = ({ draft }) =>
  sameKey(tablesOf(draft), ({ key }) => {
    const name = parseTableName(key);
    return "schema" in name ? JSON.stringify([name.schema, name.table]) : undefined;
  }).map(([first, { key, set, path }]) => ({
    path,
    at: "key",
    message:
      first.set === set
        ? `${key} stands in set "${set}" twice, also as ${first.key}`
        : `${key} stands in sets "${first.set}" and "${set}", and can be in one only`,
  }));

/** A dot within a quoted name would give two tables one name in messages and in provenance. */
export const relationNamesDiffer: Rule = ({ draft }) => {
  const sound = tablesOf(draft).flatMap((listed) => {
    const name = parseTableName(listed.key);
    return "schema" in name ? [{ ...listed, name }] : [];
  });
  return sameKey(sound, ({ name }) => relationName(name))
    .filter(([first, other]) => first.name.schema !== other.name.schema)
    .map(([first, { key, path }]) => ({
      path,
      at: "key",
      message: `${key} and ${first.key} read the same once their quotes are gone`,
      hint: "Rename one of them.",
    }));
};

export const columnsDiffer: Rule = ({ draft }) =>
  tablesOf(draft).flatMap(({ entry, path }) =>
    sameKey([...(entry.columns ?? []).entries()], ([, column]) => column).map(([, [index, column]]) => ({
      path: [...path, "columns", index],
      message: `column "${column}" is given twice`,
    })),
  );

export const filtersAreSound: Rule = ({ draft }) =>
  tablesOf(draft).flatMap(({ entry, path }): Finding[] => {
    const fault = entry.where === undefined ? undefined : explainFilter(entry.where);
    return fault === undefined ? [] : [{ path: [...path, "where"], ...fault }];
  });

/** A shared row changes when all its owners have changed it: each owner's version must be known. */
export const sharedRowsAreCompared: Rule = ({ draft }) =>
  tablesOf(draft).flatMap(({ key, path, entry }): Finding[] => {
    if (entry.shared !== true) return [];
    const found = (setting: string, why: string): Finding => ({
      path: [...path, setting],
      message: `${key} is shared, and cannot have ${setting}: ${why}`,
    });
    return [
      ...(entry.on_leave === "keep"
        ? [found("on_leave", "a row that one node no longer approves would wait for that node for ever")]
        : []),
      ...(entry.protect === "off"
        ? [found("protect", "a change by hand would not be held against what the other nodes have")]
        : []),
    ];
  });
