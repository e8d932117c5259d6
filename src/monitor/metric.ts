/** A metric: a family and how its series are read from the picture. */
import type { Family, Series } from "./exposition.ts";
import type { HeartbeatView, LinkView, NodeView, Picture } from "./picture.ts";

export interface Metric extends Family {
  readonly read: (picture: Picture) => readonly Series[];
}

/** The values of the labels after those that every series of its kind has, and the figure. */
export type Value = readonly [labels: readonly string[], value: number];
export type Read<View> = (view: View, at: number) => readonly Value[];

type Maker<View> = (name: string, help: string, read: Read<View>, labels?: readonly string[]) => Metric;

function maker<View>(
  kind: readonly string[],
  viewsOf: (picture: Picture) => readonly View[],
  labelsOf: (view: View) => readonly string[],
): Maker<View> {
  return (name, help, read, labels = []) => ({
    name,
    type: name.endsWith("_total") ? "counter" : "gauge",
    help,
    labels: [...kind, ...labels],
    read: (picture) =>
      viewsOf(picture).flatMap((view) => {
        const own = labelsOf(view);
        return read(view, picture.at).map(([more, value]): Series => [[...own, ...more], value]);
      }),
  });
}

const links = ({ links: found }: Picture): readonly LinkView[] => found;

export const node: Maker<NodeView> = maker(
  ["node"],
  ({ nodes }) => nodes,
  (view) => [view.node.name],
);

export const link: Maker<LinkView> = maker(["provider", "consumer"], links, (view) => [
  view.link.provider.name,
  view.link.subscriber.name,
]);

/** Of the provider's end. */
export const slot: Maker<LinkView> = maker(["node", "slot", "consumer"], links, (view) => [
  view.link.provider.name,
  view.slotName,
  view.link.subscriber.name,
]);

/** Of the subscriber's end. */
export const subscription: Maker<LinkView> = maker(["node", "subscription", "provider"], links, (view) => [
  view.link.subscriber.name,
  view.subscriptionName,
  view.link.provider.name,
]);

export const heartbeat: Maker<HeartbeatView> = maker(
  ["origin", "observer"],
  ({ heartbeats }) => heartbeats,
  (view) => [view.node, view.observer],
);

/** One value without further labels, where it is known. */
export const some = (value: number | undefined): readonly Value[] =>
  value === undefined ? [] : [[[], value]];

/** 1 or 0, where it is known. */
export const flag = (value: boolean | undefined): readonly Value[] =>
  value === undefined ? [] : [[[], Number(value)]];

/** 1 for the word that is true, 0 for the others. */
export const oneOf = <Word extends string>(words: readonly Word[], present: Word): readonly Value[] =>
  words.map((word) => [[word], Number(word === present)]);

/** One value for each window that there is one for. */
export const windows = (forecast: Readonly<Record<string, number | undefined>> = {}): readonly Value[] =>
  Object.entries(forecast).flatMap(([window, at]) => (at === undefined ? [] : [[[window], at]]));
