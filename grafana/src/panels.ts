/** The kinds of panels. A panel is data: what it asks, how it shows that, and what a person should make of it. */
import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  SortOrder,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardLinkBuilder,
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import * as stateTimelines from "@grafana/grafana-foundation-sdk/statetimeline";
import * as stats from "@grafana/grafana-foundation-sdk/stat";
import * as statusHistories from "@grafana/grafana-foundation-sdk/statushistory";
import * as tables from "@grafana/grafana-foundation-sdk/table";
import * as graphs from "@grafana/grafana-foundation-sdk/timeseries";
import { scoped } from "./expressions.ts";
import type { Steps, Words } from "./words.ts";

export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/** How a value is shown: in which unit, and where colours begin; or as which words. */
interface Look {
  readonly unit?: string;
  readonly steps?: Steps;
  readonly words?: Words;
  readonly decimals?: number;
}

export interface Query extends Look {
  readonly expression: string;
  readonly legend: string;
  /** Has an axis of its own, at the right. */
  readonly isRight?: boolean;
  /** A limit that the others are held against. */
  readonly isLimit?: boolean;
}

interface Frame {
  readonly title: string;
  /** What it shows, and what to do when that is bad. */
  readonly description: string;
  /** Of 24. */
  readonly width: number;
  /** Instead of nothing. */
  readonly absent?: string;
  /** Where a click on a value leads. */
  readonly link?: Link;
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

interface Asking extends Frame, Look {
  readonly queries: readonly Query[];
}

/** Numbers have a unit. */
type Measured = Asking & { readonly unit: string };

export type AnyPanel = Builder<Panel>;
type AnyBuilder =
  | stats.PanelBuilder
  | graphs.PanelBuilder
  | stateTimelines.PanelBuilder
  | statusHistories.PanelBuilder
  | tables.PanelBuilder;

/** Values as they are now; on a ground of their colour where each has one. */
export function stat(panel: Asking & ({ readonly unit: string } | { readonly words: Words })): AnyPanel {
  const isColored = isJudged(panel) || panel.queries.every(isJudged);
  const builder = new stats.PanelBuilder()
    .graphMode(BigValueGraphMode.None)
    .colorMode(isColored ? BigValueColorMode.Background : BigValueColorMode.Value)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  return ask(frame(builder, panel), panel, true);
}

/** Says its colour, or its word, whether all is well? */
const isJudged = ({ steps, words }: Look): boolean => steps !== undefined || words !== undefined;

/** Values over time. */
export function graph(panel: Measured): AnyPanel {
  const builder = new graphs.PanelBuilder()
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .showPoints(VisibilityMode.Never)
    .lineWidth(1)
    .fillOpacity(5)
    .axisSoftMin(0);
  return ask(frame(builder, panel), panel);
}

/** Words over time, as long as they last. */
export function timeline(panel: Asking): AnyPanel {
  const builder = new stateTimelines.PanelBuilder().showValue(VisibilityMode.Auto).mergeValues(true);
  return ask(frame(builder, panel), panel);
}

/** A grid of series and spans of time: one value for each span. */
export function grid(panel: Measured & { readonly span: string }): AnyPanel {
  const builder = new statusHistories.PanelBuilder().showValue(VisibilityMode.Auto).interval(panel.span);
  return ask(frame(builder, panel), panel);
}

function frame<Kind extends AnyBuilder>(builder: Kind, panel: Frame & Look): Kind {
  const { title, description, width, absent, link, unit, decimals, steps, words } = panel;
  builder.title(title).description(description).datasource(DATASOURCE).span(width);
  // Lines have a colour each; everything else has the one that its value deserves.
  if (!(builder instanceof graphs.PanelBuilder))
    builder.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
  if (unit !== undefined) builder.unit(unit);
  if (decimals !== undefined) builder.decimals(decimals);
  if (words !== undefined) builder.mappings([mapping(words)]);
  if (absent !== undefined) builder.noValue(absent);
  if (link !== undefined) builder.dataLinks([new DashboardLinkBuilder(link.title).url(link.url)]);
  builder.thresholds(
    new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(thresholds(steps ?? [["text"]])),
  );
  return builder;
}

function ask(builder: Exclude<AnyBuilder, tables.PanelBuilder>, panel: Asking, isNow = false): AnyPanel {
  panel.queries.forEach((query, index) => {
    const target = new DataqueryBuilder()
      .refId(refId(index))
      .datasource(DATASOURCE)
      .expr(scoped(query.expression))
      .legendFormat(query.legend);
    builder.withTarget(isNow ? target.instant() : target.range());
    const own = properties(query);
    if (own.length > 0) builder.overrideByQuery(refId(index), own);
  });
  return builder;
}

/** A column: a query's value, or one of its labels. */
export interface Column extends Look {
  readonly title: string;
  readonly width?: number;
  readonly link?: Link;
}

export interface TableQuery {
  readonly expression: string;
  readonly value?: Column;
  readonly labels?: Readonly<Record<string, Column>>;
}

interface TablePanel extends Frame {
  /** Rows of several queries are one where they have the same value in this label. */
  readonly key?: string;
  readonly sortBy: string;
  readonly isDescending?: boolean;
  readonly queries: readonly TableQuery[];
}

/** What is now, in rows. Columns come in the order in which queries name them. */
export function table(panel: TablePanel): AnyPanel {
  const { key, sortBy, isDescending = false, queries } = panel;
  const builder = frame(new tables.PanelBuilder(), { absent: "–", ...panel }).sortBy([
    new TableSortByFieldStateBuilder().displayName(sortBy).desc(isDescending),
  ]);
  const columns: (readonly [field: string, column: Column])[] = [];
  const hidden = ["Time", ...queries.map((_, index) => `Time ${index + 1}`)];
  queries.forEach(({ expression, value, labels = {} }, index) => {
    const field = queries.length === 1 ? "Value" : `Value #${refId(index)}`;
    columns.push(...Object.entries(labels));
    if (value === undefined) hidden.push(field);
    else columns.push([field, value]);
    const query = new DataqueryBuilder().refId(refId(index)).datasource(DATASOURCE).legendFormat("");
    builder.withTarget(query.expr(scoped(expression)).format(PromQueryFormat.Table).instant());
  });
  if (key !== undefined)
    builder.withTransformation({ id: "joinByField", options: { byField: key, mode: "outer" } });
  builder.withTransformation({
    id: "organize",
    options: {
      excludeByName: Object.fromEntries(hidden.map((field) => [field, true])),
      indexByName: Object.fromEntries(columns.map(([field], index) => [field, index])),
      renameByName: Object.fromEntries(columns.map(([field, { title }]) => [field, title])),
    },
  });
  for (const [, column] of columns) {
    const own = columnProperties(column);
    if (own.length > 0) builder.overrideByName(column.title, own);
  }
  return builder;
}

function columnProperties(column: Column): DynamicConfigValue[] {
  const { width, link } = column;
  return [
    ...properties(column),
    ...(isJudged(column) ? [{ id: "custom.cellOptions", value: { type: "color-text" } }] : []),
    ...(width === undefined ? [] : [{ id: "custom.width", value: width }]),
    ...(link === undefined ? [] : [{ id: "links", value: [link] }]),
  ];
}

/** What differs from the rest of the panel. */
function properties(look: Look & Pick<Query, "isRight" | "isLimit">): DynamicConfigValue[] {
  const { unit, decimals, steps, words, isRight = false, isLimit = false } = look;
  const mode = ThresholdsMode.Absolute;
  return [
    ...(unit === undefined ? [] : [{ id: "unit", value: unit }]),
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(words === undefined ? [] : [{ id: "mappings", value: [mapping(words)] }]),
    ...(steps === undefined ? [] : [{ id: "thresholds", value: { mode, steps: thresholds(steps) } }]),
    ...(isRight ? [{ id: "custom.axisPlacement", value: "right" }] : []),
    ...(isLimit
      ? [
          { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
          { id: "custom.fillOpacity", value: 0 },
        ]
      : []),
  ];
}

const mapping = (words: Words): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(
    Object.entries(words).map(([value, [text, color]], index) => [value, { text, color, index }]),
  ),
});

const thresholds = (steps: Steps): { value: number | null; color: string }[] =>
  steps.map(([color, from]) => ({ value: from ?? null, color }));

/** Queries of a panel are called A, B, C and so on. */
const refId = (index: number): string => String.fromCodePoint(65 + index);
