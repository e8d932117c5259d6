/** All metrics of a tree as text. */
import { type Format, headerText, seriesText } from "./exposition.ts";
import { HEARTBEAT_METRICS, LINK_METRICS } from "./link-metrics.ts";
import type { Metric } from "./metric.ts";
import { NODE_METRICS } from "./node-metrics.ts";
import type { Picture } from "./picture.ts";

export const METRICS: readonly Metric[] = [...NODE_METRICS, ...LINK_METRICS, ...HEARTBEAT_METRICS];

/** The picture, one family at a time: whoever sends it may do something else in between. */
export function* exposition(picture: Picture, format: Format): Generator<string> {
  for (const metric of METRICS) {
    const series = seriesText(metric, metric.read(picture));
    if (series !== "") yield headerText(metric, format) + series;
  }
}
