import { existsSync, readFileSync, readdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { dashboards } from "../../grafana/src/dashboards.ts";
import { METRICS } from "../../src/monitor/metrics.ts";
import { OWN_METRICS } from "../../src/monitor/own-metrics.ts";
import { type ReadPanel, dashboardExpressions, emittedDashboards } from "../support/expressions.ts";

const projectFile = (file: string): URL => new URL(`../../${file}`, import.meta.url);

/** What Prometheus itself says of a target, and of alerts. */
const OF_PROMETHEUS = ["ALERTS", "up", "scrape_samples_scraped", "scrape_duration_seconds"];
/** Labels that Prometheus gives to what it scrapes. */
const TARGET_LABELS = ["job", "instance"];
const OPERATORS = new Set(["and", "or", "unless", "bool", "offset"]);
const RULES = projectFile("prometheus/tributary.rules.yml");

const exported = new Map([...METRICS, ...OWN_METRICS].map(({ name, labels }) => [name, labels]));
const recorded = existsSync(RULES)
  ? [...readFileSync(RULES, "utf8").matchAll(/record: (\S+)/gu)].map(([, name]) => name)
  : [];

/** Names of series: what is left without texts, ranges, label lists, functions and operators. */
function seriesIn(expression: string): readonly string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/gu, "")
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/gu, "")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right) ?\([^)]*\)/gu, "");
  const names = bare.match(/(?<![\w$.])[a-zA-Z_:][\w:]*\b(?!\s*\()/gu) ?? [];
  return names.filter((name) => !OPERATORS.has(name));
}

/** Series with the labels that they are chosen by. */
const selectorsIn = (expression: string): readonly (readonly [name: string, labels: readonly string[]])[] =>
  [...expression.matchAll(/\b(\w+)\{([^}]*)\}/gu)].map(([, name = "", matchers = ""]) => [
    name,
    [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/gu)].map(([, label = ""]) => label),
  ]);

/** Labels that an expression groups and joins by, without those that it makes itself. */
function groupedBy(expression: string): readonly string[] {
  const made = [...expression.matchAll(/"(\w+)", "[^"]*", "\w*", "/gu)].map(([, label]) => label);
  return [...expression.matchAll(/\b(?:by|on|group_left) ?\(([^)]*)\)/gu)]
    .flatMap(([, labels = ""]) => labels.split(/,\s*/u))
    .filter((label) => label !== "" && !made.includes(label));
}

const places = dashboardExpressions().map(
  ({ dashboard, panel, expression }) => [`${dashboard}: ${panel}`, expression] as const,
);

describe("expressions of dashboards", () => {
  test("names of series are found in an expression", () => {
    expect(
      seriesIn('sum by (a) (rate(x_total{b="y"}[5m])) / on (c) group_left () (z > bool 1e9 * time()) or up'),
    ).toEqual(["x_total", "z", "up"]);
  });

  test.each(places)("%s: asks for what is exported, by labels that are there, in one tree", (panel, text) => {
    const names = seriesIn(text);
    expect(names).not.toEqual([]);
    const known = [...exported.keys(), ...recorded, ...OF_PROMETHEUS];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    const unknown = selectorsIn(text).flatMap(([name, labels]) => {
      const own = exported.get(name) ?? labels;
      return labels.filter((label) => ![...own, ...TARGET_LABELS].includes(label));
    });
    expect(unknown).toEqual([]);
    const labels = new Set([...[...exported.values()].flat(), ...TARGET_LABELS, "alertname", "severity"]);
    expect(groupedBy(text).filter((label) => !labels.has(label))).toEqual([]);
    if (panel.endsWith("variable job")) return;
    const ours = names.filter((name) => exported.has(name));
    expect(text.match(/\btributary_\w+\{job="\$job"/gu) ?? []).toHaveLength(ours.length);
  });
});

test("every variable that an expression has is one of its dashboard, or Grafana's own", () => {
  for (const [file, { templating, panels }] of emittedDashboards()) {
    const names = templating.list.map(({ name }) => name);
    const used = JSON.stringify(panels.map(({ targets }) => targets)).matchAll(/\$\{?([a-z]\w*)/gu);
    for (const [, name] of used) expect(names, `${file} uses $${name}`).toContain(name);
  }
});

test("dashboards have names of their own, cannot be edited, and know each other", () => {
  const found = emittedDashboards().map(([, dashboard]) => dashboard);
  expect(found.map(({ uid }) => uid)).toEqual([
    "tributary-operator",
    "tributary-district",
    "tributary-link",
    "tributary-monitor",
  ]);
  for (const dashboard of found) {
    expect(dashboard).toMatchObject({ editable: false, links: [{ tags: ["tributary"], includeVars: true }] });
    expect(dashboard.description).not.toBe("");
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  }
  const uids = JSON.stringify(found).matchAll(/\/d\/([\w-]+)\?/gu);
  for (const [, uid] of uids) expect(found.map((one) => one.uid)).toContain(uid);
});

const panels = emittedDashboards().flatMap(([file, dashboard]) =>
  dashboard.panels
    .filter(({ type }) => type !== "row")
    .map((panel) => [`${file}: ${panel.title}`, panel] as const),
);

test.each(panels)("%s: says what it shows, of which source, and in which unit", (_, panel) => {
  const { title, description = "", datasource, targets = [] } = panel;
  expect(title).not.toBe("");
  expect(description.length).toBeGreaterThan(60);
  expect(datasource?.uid).toBe("${datasource}");
  expect(targets.length).toBeGreaterThan(0);
  expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
  expect(withoutUnit(panel)).toEqual([]);
});

/** What shows bare numbers: a panel, its queries, or columns of a table. Words need no unit. */
function withoutUnit({ fieldConfig, targets = [], transformations = [] }: ReadPanel): readonly string[] {
  const { defaults = {}, overrides = [] } = fieldConfig ?? {};
  if (defaults.unit !== undefined || (defaults.mappings ?? []).length > 0) return [];
  const named = overrides
    .filter(({ properties }) => properties.some(({ id }) => id === "unit" || id === "mappings"))
    .map(({ matcher }) => matcher.options);
  const columns = transformations.find(({ options }) => options.renameByName !== undefined);
  const numbers =
    columns === undefined
      ? targets.map(({ refId }) => refId)
      : Object.entries(columns.options.renameByName ?? {}).flatMap(([field, title]) =>
          field.startsWith("Value") ? [title] : [],
        );
  return numbers.filter((name) => !named.includes(name));
}

test("panels fill the grid and do not cover each other", () => {
  for (const [file, dashboard] of emittedDashboards()) {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels)
      for (let row = gridPos.y; row < gridPos.y + gridPos.h; row++)
        for (let column = gridPos.x; column < gridPos.x + gridPos.w; column++) {
          expect(taken, `${file}: ${title} covers another`).not.toContain(`${row} ${column}`);
          expect(column, `${file}: ${title} is too wide`).toBeLessThan(24);
          taken.add(`${row} ${column}`);
        }
    const depth = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(taken.size, `${file} has holes`).toBe(24 * depth);
  }
});

test("the operator's first screen needs no scrolling", () => {
  const [, operator] = emittedDashboards().find(([, { uid }]) => uid === "tributary-operator") ?? [];
  expect(operator?.panels.find(({ type }) => type === "row")?.gridPos.y).toBeLessThanOrEqual(21);
});

test("the committed files are what the code emits", () => {
  const files = readdirSync(projectFile("grafana/dashboards")).map((file) => `grafana/dashboards/${file}`);
  expect(files.toSorted()).toEqual(Object.keys(dashboards).toSorted());
  for (const [file, emit] of Object.entries(dashboards))
    expect(readFileSync(projectFile(file), "utf8"), `${file}: npm run generate`).toBe(emit());
});
