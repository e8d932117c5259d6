/** The alerting rules name only what the monitor exports, and each alert has what somebody needs who is woken by it. */
import { readFileSync, readdirSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { GLOBAL_OPTIONS, type Option } from "../../src/cli/command.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { WINDOWS } from "../../src/monitor/forecast.ts";
import { DOWN_REASONS, LINK_STATES } from "../../src/monitor/judge.ts";
import { VERIFY_KINDS } from "../../src/monitor/link-metrics.ts";
import { METRICS } from "../../src/monitor/metrics.ts";
import { OWN_METRICS } from "../../src/monitor/own-metrics.ts";
import { FAILURE_REASONS } from "../../src/monitor/record.ts";

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

const { groups } = parse(read("prometheus/tributary.rules.yml")) as {
  groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const nameOf = ({ alert, record }: Rule): string => alert ?? record ?? "";
const names = new Set(alerts.map(nameOf));

const exported = new Map([...METRICS, ...OWN_METRICS].map(({ name, labels }) => [name, labels]));
const recorded = new Map(rules.flatMap(({ record, expr }) => (record === undefined ? [] : [[record, expr]])));
/** Prometheus' own: what it says of each target, and which labels it gives to each series. */
const OF_PROMETHEUS = { metric: "up", labels: ["job", "instance"] };

/** What stands in quotes out of the way. */
const bare = (expression: string): string => expression.replaceAll(/"[^"]*"/gu, '""');
const metricsIn = (expression: string): readonly string[] =>
  [...bare(expression).matchAll(/\b(?:tributary[a-z_:]*|up)\b(?!\s*\()/gu)].map(([name]) => name);

/** The labels that series of this name can have: of a recorded one, those of all that it is made of. */
function labelsOf(metric: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const expression = recorded.get(metric);
  const own = exported.get(metric) ?? [];
  if (expression === undefined || seen.has(metric)) return new Set([...own, ...OF_PROMETHEUS.labels]);
  return labelsIn(expression, new Set([...seen, metric]));
}

/** Those of every metric of an expression, and those that it makes. */
function labelsIn(expression: string, seen: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const made = [...expression.matchAll(/,\s*"(\w+)",\s*"\$1",/gu)].map(([, label = ""]) => label);
  return new Set([...metricsIn(expression).flatMap((metric) => [...labelsOf(metric, seen)]), ...made]);
}

describe.each(rules.map((rule) => [nameOf(rule), rule] as const))("%s", (_, { expr }) => {
  test("asks for metrics that are exported, or recorded here", () => {
    const known = [...exported.keys(), ...recorded.keys(), OF_PROMETHEUS.metric];
    expect(metricsIn(expr).filter((metric) => !known.includes(metric))).toEqual([]);
  });

  test("selects by labels that the metric has", () => {
    const selections = [...expr.matchAll(/\b(tributary[a-z_:]*)\{([^}]*)\}/gu)];
    const wrong = selections.flatMap(([, metric = "", matchers = ""]) =>
      [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/gu)]
        .filter(([, label = ""]) => !labelsOf(metric).has(label))
        .map(([, label]) => `${metric}{${label}}`),
    );
    expect(wrong).toEqual([]);
  });

  test("groups and joins by labels that are there", () => {
    const lists = [...bare(expr).matchAll(/\b(?:by|on|group_left|group_right) \(([^)]*)\)/gu)];
    const used = lists.flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()));
    const known = labelsIn(expr);
    expect(used.filter((label) => label !== "" && !known.has(label))).toEqual([]);
  });

  test("keeps trees apart: one scrape job is one tree", () => {
    const lists = [...bare(expr).matchAll(/\b(?:by|on) \(([^)]*)\)/gu)].map(([, list = ""]) => list);
    expect(lists.filter((list) => !/\bjob\b/u.test(list))).toEqual([]);
  });
});

test("what is selected can occur", () => {
  const checks = read("src/monitor/checks.ts") + read("src/monitor/picture.ts");
  const values: Readonly<Record<string, readonly string[]>> = {
    state: [...LINK_STATES, "ready", "copying", "catchup"],
    reason: [...FAILURE_REASONS, ...DOWN_REASONS],
    window: Object.keys(WINDOWS),
    status: ["reserved", "extended", "unreserved", "lost"],
    check: [...checks.matchAll(/(?:name: |free\()"(\w+)"/gu)].map(([, name = ""]) => name),
    parent: [""],
    kind: VERIFY_KINDS,
  };
  const matchers = rules.flatMap(({ expr }) => [...expr.matchAll(/(\w+)(?:=~|!~|!=|=)"([^"]*)"/gu)]);
  const impossible = matchers.flatMap(([, label = "", value = ""]) =>
    value
      .split("|")
      .filter((one) => !(values[label] ?? []).includes(one))
      .map((one) => `${label}="${one}"`),
  );
  expect(impossible).toEqual([]);
});

test("groups are named after the tool", () => {
  expect(groups.map(({ name }) => name).filter((name) => !name.startsWith("tributary."))).toEqual([]);
});

describe.each(alerts.map((rule) => [`${nameOf(rule)} (${rule.labels?.["severity"]})`, rule] as const))(
  "%s",
  (_, { labels = {}, annotations = {}, ...rule }) => {
    test("says how urgent it is, what is, what it means, and where to read on", () => {
      expect(["critical", "warning", "none"]).toContain(labels["severity"]);
      expect(Object.keys(annotations)).toEqual(["summary", "description", "runbook_url"]);
      expect(annotations["summary"]).not.toMatch(/\n|\.$/u);
      expect(annotations["description"]).toMatch(/\.$/u);
      expect(annotations["runbook_url"]).toBe(`http://127.0.0.1:9854/runbooks/${nameOf(rule)}`);
    });

    test("speaks of labels that it has", () => {
      const text = Object.values({ ...labels, ...annotations }).join("\n");
      const spoken = [...text.matchAll(/\$labels\.(\w+)/gu)].map(([, label = ""]) => label);
      const known = new Set([...labelsIn(rule.expr), ...Object.keys(labels)]);
      expect(spoken.filter((label) => !known.has(label))).toEqual([]);
    });

    test("is in the list of alerts, with its severity", () => {
      const line = new RegExp(`^\\| \\[${nameOf(rule)}\\]\\(.*\\| .*${labels["severity"]}.* \\|`, "mu");
      expect(read("docs/concepts/alerts.md")).toMatch(line);
    });
  },
);

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly { readonly exp_labels: Readonly<Record<string, string>> }[];
    }[];
  }[];
}

test("each alert, in each of its severities, fires in a rule test that has its text", () => {
  const files = readdirSync(new URL("../../prometheus/", import.meta.url)).filter((file) =>
    file.endsWith(".tests.yml"),
  );
  const shown = files
    .flatMap((file) => (parse(read(`prometheus/${file}`), { merge: true }) as RuleTests).tests)
    .flatMap(({ alert_rule_test: moments = [] }) => moments)
    .flatMap(({ alertname, exp_alerts: firing }) =>
      firing.map(({ exp_labels: labels }) => `${alertname} ${labels["severity"]}`),
    );
  const wanted = alerts.map((rule) => `${nameOf(rule)} ${rule.labels?.["severity"]}`);
  expect(wanted.filter((one) => !shown.includes(one))).toEqual([]);
});

const runbooks = readdirSync(new URL("../../docs/runbooks/", import.meta.url)).filter((file) =>
  file.endsWith(".md"),
);

test("each alert has a runbook, and each runbook an alert", () => {
  expect(runbooks.toSorted()).toEqual([...names].map((name) => `${name}.md`).toSorted());
});

/** Command lines of the tool that a text has: in code, from the tool's name up to what ends the line or the code. */
const commandLines = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|`)(tributary [a-z][^`\n]*)/gmu)].map(([, line = ""]) =>
    line.replace(/\s+#.*$|[;&|].*$/u, ""),
  );

test.each([...runbooks.map((file) => `runbooks/${file}`), "concepts/alerts.md"])(
  "%s names commands and options that exist",
  (file) => {
    const wrong = commandLines(read(`docs/${file}`)).filter((line) => {
      const [, name, ...words] = line.trim().split(/\s+/u);
      const command = commands.find((one) => one.name === name);
      const options: Readonly<Record<string, Option>> = { ...GLOBAL_OPTIONS, ...command?.options };
      const known = Object.entries(options).flatMap(([long, { alias }]) => [
        `--${long}`,
        `-${alias ?? long}`,
      ]);
      return command === undefined || words.some((word) => word.startsWith("-") && !known.includes(word));
    });
    expect(wrong).toEqual([]);
  },
);

test("runbooks and the list name alerts that exist", () => {
  const texts = [...runbooks.map((file) => `docs/runbooks/${file}`), "docs/concepts/alerts.md"].map(read);
  const named = texts.flatMap((text) => [...text.matchAll(/\bTributary[A-Z]\w+/gu)]);
  expect(named.map(([name]) => name).filter((name) => !names.has(name))).toEqual([]);
});

test("runbooks have one shape", () => {
  const wrong = runbooks.filter((file) => {
    const text = read(`docs/runbooks/${file}`);
    const headings = [...text.matchAll(/^## (.*)$/gmu)].map(([, heading = ""]) => heading);
    return (
      !text.startsWith(`# ${file.replace(".md", "")}\n\nSeverity: `) ||
      ["What it means", "How to look", "What to do", "How to know that it is over"].some(
        (part) => !headings.some((heading) => heading.startsWith(part)),
      ) ||
      !/what is at stake/iu.test(text)
    );
  });
  expect(wrong).toEqual([]);
});
