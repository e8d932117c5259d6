/** A dashboard: its variables, and panels in rows. The four know the way to each other. */
import {
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { scoped } from "./expressions.ts";
import { type AnyPanel, DATASOURCE } from "./panels.ts";

/** What a person chooses, or what follows from that. */
export interface Variable {
  readonly name: string;
  /** Absent: nobody chooses it. */
  readonly label?: string;
  /** The series whose label's values it takes. */
  readonly series: string;
  readonly of: string;
  /** Several may be chosen, and all are at first. */
  readonly isMany?: boolean;
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** How far back it looks at first. */
  readonly since: string;
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

/** Panels side by side, in one line or in several that are full. */
interface Row {
  /** Absent: it belongs to what is above. */
  readonly title?: string;
  readonly height: number;
  readonly panels: readonly AnyPanel[];
}

const TAG = "tributary";

/** Names of the dashboards, in links between them. */
export const UIDS = {
  operator: "tributary-operator",
  district: "tributary-district",
  link: "tributary-link",
  monitor: "tributary-monitor",
} as const;

/** Of several trees the one that is looked at: the job that scrapes its monitor. */
const JOB: Variable = { name: "job", label: "Tree", series: "tributary_build_info", of: "job" };
export const ROOT: Variable = { name: "root", series: 'tributary_node_info{parent=""}', of: "node" };

/** A link to another dashboard that shows the same tree at the same time. */
export const linkTo = (uid: string, ...variables: readonly string[]): string =>
  `/d/${uid}?${["${datasource:queryparam}", "${job:queryparam}", "${__url_time_range}", ...variables].join("&")}`;

/** The dashboard as Grafana reads it. */
export function render(board: Board): string {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags([TAG])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: board.since, to: "now" })
    .refresh("1m")
    .annotations([])
    .links([{ build: () => SIBLINGS }])
    .variables([
      new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"),
      ...[JOB, ...board.variables].map(queryVariable),
    ]);
  for (const { title, height, panels } of board.rows) {
    if (title !== undefined) builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel({ build: () => atHeight(panel.build(), height) });
  }
  const dashboard = builder.build();
  const panels = (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 }));
  return `${JSON.stringify({ ...dashboard, panels }, null, 2)}\n`;
}

/** A copy: the builder lays it out by writing into it. */
const atHeight = (panel: Panel, height: number): Panel => ({
  ...panel,
  gridPos: { x: 0, y: 0, w: panel.gridPos?.w ?? 24, h: height },
});

/** Written out: the builder would put it into a menu that older Grafanas do not have. */
const SIBLINGS: DashboardLink = {
  title: "Tributary",
  type: DashboardLinkType.Dashboards,
  icon: "external link",
  tooltip: "The same tree, from another side",
  tags: [TAG],
  asDropdown: false,
  targetBlank: false,
  includeVars: true,
  keepTime: true,
};

function queryVariable({ name, label, series, of, isMany = false }: Variable): QueryVariableBuilder {
  const selector = name === JOB.name ? series : scoped(series);
  const builder = new QueryVariableBuilder(name)
    .datasource(DATASOURCE)
    .query(`label_values(${selector}, ${of})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
    .multi(isMany)
    .includeAll(isMany);
  if (isMany) builder.allValue(".*").current({ text: ["All"], value: ["$__all"] });
  return label === undefined ? builder.hide(VariableHide.HideVariable) : builder.label(label);
}
