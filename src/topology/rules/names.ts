/** Rules about the names that Tributary builds from the file's own. */
import {
  engineNodeName,
  MAX_NAME_BYTES,
  NAME_PATTERN,
  outboxName,
  replicationSetName,
  subscriptionName,
} from "../../domain/names.ts";
import { BAD_NAME } from "../schema.ts";
import type { Finding } from "../source.ts";
import { sameKey, type Rule } from "./rule.ts";

export const namesAreSound: Rule = ({ draft }) =>
  [...keyPaths("nodes", draft.nodes), ...keyPaths("sets", draft.sets)]
    .filter(([, name]) => !NAME_PATTERN.test(name))
    .map((path) => ({ path, at: "key", message: `"${path[1]}": ${BAD_NAME}` }));

const keyPaths = (kind: string, entries: object): readonly [string, string][] =>
  Object.keys(entries).map((name) => [kind, name]);

/** On a server, - and _ are the same. */
export const nodeNamesDiffer: Rule = ({ draft }) => clashes("nodes", Object.keys(draft.nodes));
export const setNamesDiffer: Rule = ({ draft }) => clashes("sets", Object.keys(draft.sets));

function clashes(kind: "nodes" | "sets", names: readonly string[]): readonly Finding[] {
  return sameKey(names, (name) => name.replaceAll("-", "_")).map(([first, other]) => ({
    path: [kind, other],
    at: "key",
    message: `"${other}" and "${first}" differ only in - and _, which a server does not tell apart`,
    hint: "Rename one of them.",
  }));
}

export const nodeNamesFit: Rule = ({ draft }) =>
  Object.keys(draft.nodes).flatMap((node) => {
    const { project = "" } = draft;
    return tooLong(["nodes", node], [engineNodeName(project, node), subscriptionName(project, node)]);
  });

export const setNamesFit: Rule = ({ draft }) =>
  Object.keys(draft.sets).flatMap((set) =>
    tooLong(["sets", set], [replicationSetName(draft.project ?? "", set), outboxName(set)]),
  );

function tooLong(path: Finding["path"], built: readonly string[]): readonly Finding[] {
  // Names are ASCII: a character is a byte.
  const longest = built.reduce((left, right) => (right.length > left.length ? right : left));
  if (longest.length <= MAX_NAME_BYTES) return [];
  const message = `"${longest}", made from it, has ${longest.length} bytes, and PostgreSQL keeps ${MAX_NAME_BYTES}`;
  return [{ path, at: "key", message, hint: "Shorten this name or the project's." }];
}
