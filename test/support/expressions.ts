/** What the dashboards ask Prometheus. */
import { dashboards } from "../../grafana/src/dashboards.ts";

export interface DashboardExpression {
  readonly dashboard: string;
  readonly panel: string;
  /** With Grafana's variables left in: `$job`, `$node`, `$__rate_interval` and so on. */
  readonly expression: string;
}

/** Of a dashboard's JSON: what tests read. */
export interface ReadDashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly editable: boolean;
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
  readonly panels: readonly ReadPanel[];
}

export interface ReadPanel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly mappings?: readonly unknown[] };
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string }[];
    }[];
  };
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: { readonly renameByName?: Readonly<Record<string, string>> };
  }[];
}

/** The dashboards as they are emitted, by their files. */
export const emittedDashboards = (): readonly (readonly [file: string, dashboard: ReadDashboard])[] =>
  Object.entries(dashboards).map(([file, emit]) => [file, JSON.parse(emit()) as ReadDashboard]);

/** Every expression of every panel, and of variables the series whose labels they list. */
export function dashboardExpressions(): readonly DashboardExpression[] {
  return emittedDashboards().flatMap(([, { title, templating, panels }]) => [
    ...templating.list.flatMap(({ name, query }) => {
      const [, expression] = /^label_values\((.+), \w+\)$/u.exec(query) ?? [];
      return expression === undefined ? [] : [{ dashboard: title, panel: `variable ${name}`, expression }];
    }),
    ...panels.flatMap(({ title: panel, targets = [] }) =>
      targets.map(({ expr }) => ({ dashboard: title, panel, expression: expr })),
    ),
  ]);
}
