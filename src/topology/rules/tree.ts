/** Rules about the shape of the tree. */
import type { Finding } from "../source.ts";
import { didYouMean } from "../nearest.ts";
import { sameKey, type Rule } from "./rule.ts";

export const exactlyOneRoot: Rule = ({ draft }) => {
  const names = Object.keys(draft.nodes);
  const roots = names.filter((name) => draft.nodes[name]?.isRoot);
  if (names.length === 0) return [];
  if (roots.length === 0) {
    return [
      {
        path: ["nodes"],
        at: "key",
        message: "no node is the root",
        hint: "Leave out the upstream of exactly one node.",
      },
    ];
  }
  const [root, ...others] = roots;
  return others.map((name) => ({
    path: ["nodes", name],
    at: "key",
    message: `"${name}" has no upstream, and neither has "${root}": a tree has one root`,
    hint: `Give "${name}" an upstream.`,
  }));
};

export const knownTiers: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { tier }]) =>
    tier === undefined || draft.tiers === undefined || draft.tiers.includes(tier)
      ? []
      : [unknown(["nodes", name, "tier"], "tier", tier, draft.tiers)],
  );

export const knownUpstreams: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { upstream }]) =>
    upstream === undefined || upstream in draft.nodes
      ? []
      : [unknown(["nodes", name, "upstream"], "node", upstream, Object.keys(draft.nodes))],
  );

export const knownSets: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { sets }]) =>
    (sets ?? []).flatMap((set, index) =>
      set in draft.sets ? [] : [unknown(["nodes", name, "sets", index], "set", set, Object.keys(draft.sets))],
    ),
  );

const unknown = (path: Finding["path"], kind: string, name: string, known: readonly string[]): Finding => ({
  path,
  message: `there is no ${kind} "${name}"`,
  ...didYouMean(name, known),
});

export const tiersDiffer: Rule = ({ draft }) =>
  sameKey([...(draft.tiers ?? []).entries()], ([, tier]) => tier).map(([, [index, tier]]) => ({
    path: ["tiers", index],
    message: `tier "${tier}" is given twice`,
  }));

export const setsOfNodeDiffer: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { sets }]) =>
    sameKey([...(sets ?? []).entries()], ([, set]) => set).map(([, [index, set]]) => ({
      path: ["nodes", name, "sets", index],
      message: `set "${set}" is given twice`,
    })),
  );

export const rootSendsNothing: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { isRoot, sets = [], engine }]) => {
    if (!isRoot) return [];
    const saying = [...(sets.length > 0 ? ["sets"] : []), ...(engine === undefined ? [] : ["engine"])];
    return saying.map((key) => ({
      path: ["nodes", name, key],
      at: "key",
      message: `"${name}" is the root: it sends nothing`,
      hint: `Remove ${key}.`,
    }));
  });

/** An upstream is of a higher tier. So a file without tier faults has no cycle either. */
export const upstreamTierIsAbove: Rule = ({ draft }) =>
  Object.entries(draft.nodes).flatMap(([name, { tier, upstream }]) => {
    const above = upstream === undefined ? undefined : draft.nodes[upstream]?.tier;
    if (tier === undefined || above === undefined) return [];
    const [own, next] = [heightOf(draft.tiers, tier), heightOf(draft.tiers, above)];
    if (own < 0 || next < 0 || own < next) return [];
    const message = `"${name}" is of tier "${tier}", and its upstream "${upstream}" of tier "${above}", which is not above`;
    return [{ path: ["nodes", name, "upstream"], message }];
  });

const heightOf = (tiers: readonly string[] | undefined, tier: string): number => tiers?.indexOf(tier) ?? -1;

export const noCycle: Rule = ({ draft }) => {
  const settled = new Set<string>();
  return Object.keys(draft.nodes).flatMap((start): Finding[] => {
    const trail: string[] = [];
    let name: string | undefined = start;
    while (name !== undefined && name in draft.nodes && !settled.has(name) && !trail.includes(name)) {
      trail.push(name);
      name = draft.nodes[name]?.upstream;
    }
    for (const seen of trail) settled.add(seen);
    const entry = name === undefined ? -1 : trail.indexOf(name);
    if (name === undefined || entry < 0) return [];
    const cycle = [...trail.slice(entry), name].join(" → ");
    return [{ path: ["nodes", name, "upstream"], message: `the tree has a cycle: ${cycle}` }];
  });
};
