/** Rules about where the nodes live. */
import { clusterOf, databaseOf } from "../../domain/dsn.ts";
import { sameKey, type Rule } from "./rule.ts";

export const databasesDiffer: Rule = ({ dsns }) =>
  sameKey([...dsns], ([, { parts }]) => databaseOf(parts)).map(([[first], [other, { parts }]]) => ({
    path: ["nodes", other, "dsn"],
    message: `"${other}" and "${first}" are the same database, ${databaseOf(parts)}`,
    hint: "Give each node a database of its own.",
  }));

/** Two pglogical hops within one cluster crash it. */
export const neighboursDoNotShareACluster: Rule = ({ draft, dsns }) =>
  Object.entries(draft.nodes).flatMap(([name, { upstream = "", engine = draft.engine }]) => {
    const [own, above] = [dsns.get(name)?.parts, dsns.get(upstream)?.parts];
    const isShared = own !== undefined && above !== undefined && clusterOf(own) === clusterOf(above);
    if (!isShared || engine === "native") return [];
    const message = `"${name}" and its upstream "${upstream}" are in one cluster, ${clusterOf(own)}, which pglogical does not survive`;
    return [{ path: ["nodes", name, "dsn"], message, hint: "Put neighbours into clusters of their own." }];
  });
