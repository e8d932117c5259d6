import { describe, expect, test } from "vitest";

import type { Hop, Path, Place, Standing, Trace } from "../../trace/report.ts";
import { isWell, renderTrace, traceAsJson } from "./trace.ts";

const at = new Date("2026-11-21T14:02:30Z");
const message = {
  node: "district-a",
  epoch: "1",
  number: "512",
  kind: "put",
  sentAt: new Date("2026-11-21T14:02:11.5Z"),
  xid: "8812",
};
const place = (node: string, tier: string, more: Partial<Place> = {}): Place => ({
  node,
  tier,
  isPresent: false,
  isSent: false,
  parts: [],
  keeps: false,
  messages: [],
  isSearched: true,
  values: new Map([["title", { text: "one", digest: "f97c5d29941bfb1b2fdab0874906ab82" }]]),
  ...more,
});
const there = { isPresent: true, isSent: true, owner: "district-a" };
const district = place("district-a", "district", {
  ...there,
  isApproved: true,
  written: { xid: "8812", at: new Date("2026-11-21T14:02:11.7Z") },
  messages: [message],
});
const running: Standing = { state: "replicating", slot: "slot" };
const hop = (provider: string, subscriber: string, more: Partial<Hop>): Hop => ({
  provider,
  subscriber,
  finding: "equal",
  standing: running,
  passage: "arrived",
  waitingBytes: 0,
  columns: [],
  ...more,
});
const tell = (...paths: readonly Path[]): Trace => ({
  relation: "public.document",
  key: ["17"],
  at,
  paths,
  silent: [],
});
const path = (places: readonly Place[], hops: readonly Hop[], isWhole = false): Path => ({
  owner: "district-a",
  places,
  hops,
  isWell: isWhole,
});
const east = (more: Partial<Place> = {}): Place => place("east", "region", more);
const nation = (more: Partial<Place> = {}): Place => place("nation", "nation", more);
const first = (more: Partial<Hop> = {}): Hop => hop("district-a", "east", more);
const second = (more: Partial<Hop> = {}): Hop => hop("east", "nation", more);

describe("a trace for people", () => {
  test("everywhere", () => {
    const found = tell(path([district, east(there), nation(there)], [first(), second()], true));
    expect(isWell(found)).toBe(true);
    expect(renderTrace(found)).toMatchInlineSnapshot(`
      "Row 17 of public.document at 2026-11-21 14:02:30 UTC

      district-a  district  there, approved
                            written last by transaction 8812 at 2026-11-21 14:02:11 UTC
                            sent whole by transaction 8812 at 2026-11-21 14:02:11 UTC (message 512)
        │ replicating, up to date
      east        region    there, equal
        │ replicating, up to date
      nation      nation    there, equal

      It is everywhere it should be: at district-a, east and nation."
    `);
  });

  test("a draft, and what it fails", () => {
    const draft = place("district-a", "district", {
      ...there,
      isSent: false,
      isApproved: false,
      parts: [
        { condition: "status = 'approved'::text", answer: "false" },
        { condition: "size > 3", answer: "true" },
      ],
      written: { xid: "8812" },
      messagesSince: new Date("2026-11-21T14:01:40Z"),
    });
    const nothing = { finding: "nothing" } as const;
    expect(renderTrace(tell(path([draft, east(), nation()], [first(nothing), second(nothing)], true))))
      .toMatchInlineSnapshot(`
      "Row 17 of public.document at 2026-11-21 14:02:30 UTC

      district-a  district  there, NOT approved
                            filter: status = 'approved'::text: FALSE
                            filter: size > 3: true
                            written last by transaction 8812; the server keeps no time of it (track_commit_timestamp)
                            its messages: none since 2026-11-21 14:01:40 UTC, and older ones are not kept
        │ replicating, up to date
      east        region    not there
        │ replicating, up to date
      nation      nation    not there

      It is not approved, and is at district-a only, as it should be."
    `);
  });

  test("on its way", () => {
    const newestSentAt = new Date("2026-11-21T14:01:58Z");
    const way = first({
      finding: "missing",
      cause: "way",
      passage: "after",
      waitingBytes: 12_900_000,
      bytesPerSecond: 1_200_000,
      seconds: 10.75,
    });
    const behind = second({ finding: "missing", cause: "below", passage: "after" });
    expect(
      renderTrace(tell(path([district, east({ newestSentAt }), nation({ newestSentAt })], [way, behind]))),
    ).toMatchInlineSnapshot(`
      "Row 17 of public.document at 2026-11-21 14:02:30 UTC

      district-a  district  there, approved
                            written last by transaction 8812 at 2026-11-21 14:02:11 UTC
                            sent whole by transaction 8812 at 2026-11-21 14:02:11 UTC (message 512)
        │ replicating, 12.3 MB wait, 1.1 MB/s, done in about 11 s
      east        region    MISSING
                            committed AFTER what has arrived here: the newest of district-a here was sent at 2026-11-21 14:01:58 UTC
        │ replicating, up to date
      nation      nation    MISSING
                            committed AFTER what has arrived here: the newest of district-a here was sent at 2026-11-21 14:01:58 UTC

      It is not at east: it is on its way, and there in about 11 s at the present rate."
    `);
  });

  test("behind a link that is down", () => {
    const standing: Standing = {
      state: "disabled",
      slot: "slot",
      error: "the subscription is disabled",
      hint: "Run tributary apply: it enables it.",
    };
    const link = second({
      finding: "different",
      cause: "link",
      passage: "unknown",
      standing,
      waitingBytes: 1200,
    });
    const columns = [{ name: "title", below: "one", above: null }];
    expect(renderTrace(tell(path([district, east(there), nation(there)], [first(), { ...link, columns }]))))
      .toMatchInlineSnapshot(`
        "Row 17 of public.document at 2026-11-21 14:02:30 UTC

        district-a  district  there, approved
                              written last by transaction 8812 at 2026-11-21 14:02:11 UTC
                              sent whole by transaction 8812 at 2026-11-21 14:02:11 UTC (message 512)
          │ replicating, up to date
        east        region    there, equal
          │ disabled, 1.2 kB wait
          │ ! the subscription is disabled
        nation      nation    there, OTHER VALUES
                              title: "one" below, null here
                              committed before or after what has arrived here: not known; nothing of district-a has arrived here

        It is at nation with other values: the subscription is disabled.
        Next: Run tributary apply: it enables it."
      `);
  });

  test("parked, and what to do", () => {
    const parked = {
      owner: "district-a",
      since: new Date("2026-11-21T14:02:12Z"),
      kind: "put",
      reason: 'new row for relation "document" violates check constraint "short"',
      sqlState: "23514",
    };
    const stuck = first({ finding: "missing", cause: "parked" });
    expect(renderTrace(tell(path([district, east({ parked }), nation(there)], [stuck, second()]))))
      .toMatchInlineSnapshot(`
      "Row 17 of public.document at 2026-11-21 14:02:30 UTC

      district-a  district  there, approved
                            written last by transaction 8812 at 2026-11-21 14:02:11 UTC
                            sent whole by transaction 8812 at 2026-11-21 14:02:11 UTC (message 512)
        │ replicating, up to date
      east        region    MISSING
                            parked since 2026-11-21 14:02:12 UTC: new row for relation "document" violates check constraint "short"
                            committed before what has arrived here
        │ replicating, up to date
      nation      nation    there, equal

      It is not at east: east has parked it since 2026-11-21 14:02:12 UTC: new row for relation "document" violates check constraint "short".
      Next: Change the row at "district-a", or the constraint or the partitions at "east"."
    `);
  });

  test("what was sent has arrived, and yet it is still there", () => {
    const gone = place("district-a", "district", { messages: [{ ...message, kind: "drop" }] });
    const written = { xid: "77", at: new Date("2026-11-21T13:00:00Z"), origin: "pgl_slm" };
    const extra = first({ finding: "extra", cause: "unexplained" });
    const found = tell(
      path([gone, east({ ...there, written }), nation()], [extra, second({ finding: "nothing" })]),
    );
    expect(renderTrace({ ...found, key: ["it's", "2"] })).toMatchInlineSnapshot(`
      "Row (it's, 2) of public.document at 2026-11-21 14:02:30 UTC

      district-a  district  not there
                            deleted, or its key changed, by transaction 8812 at 2026-11-21 14:02:11 UTC (message 512)
        │ replicating, up to date
      east        region    STILL THERE
                            written last by transaction 77 at 2026-11-21 13:00:00 UTC, by the stream
                            committed before what has arrived here
        │ replicating, up to date
      nation      nation    not there

      It is still at east, although its last change has arrived there.
      Next: Send it once more: tributary emit public.document '["it'\\''s","2"]' --node district-a"
    `);
  });

  test("nowhere, with nodes that said nothing", () => {
    const silent = ["a", "b", "c", "d", "e", "f", "g"].map((name) => ({
      node: `district-${name}`,
      reason: "not reachable: connection refused",
    }));
    const found = { ...tell(), silent };
    expect(isWell(found)).toBe(false);
    expect(renderTrace(found)).toMatchInlineSnapshot(`
      "Row 17 of public.document at 2026-11-21 14:02:30 UTC

      No node that could be asked has it, or remembers it.

      Of these nodes nothing is known:
        district-a: not reachable: connection refused
        district-b: not reachable: connection refused
        district-c: not reachable: connection refused
        district-d: not reachable: connection refused
        district-e: not reachable: connection refused
        and 2 more"
    `);
  });

  test("many nodes have the key: what is wrong comes first", () => {
    const well = (owner: string): Path => ({
      owner,
      places: [{ ...district, node: owner, owner }],
      hops: [],
      isWell: true,
    });
    const found = tell(well("a"), well("b"), well("c"), { ...well("d"), isWell: false });
    const lines = renderTrace(found).split("\n");
    expect(lines[0]).toContain("4 nodes have a row with this key");
    expect(lines[2]).toContain("d  district");
    expect(lines.at(-1)).toBe("Also of c: name one with --node.");
  });
});

test("a trace for programs has the keys that it promises", () => {
  const json = traceAsJson(tell(path([district, east(there)], [first()], true))) as {
    paths: { nodes: object[]; links: object[] }[];
  };
  expect(Object.keys(json)).toEqual(["table", "key", "at", "isWell", "paths", "silent"]);
  const [found] = json.paths;
  expect(Object.keys(found ?? {})).toEqual("owner isWell verdict next nodes links".split(" "));
  expect(found?.nodes[0]).not.toHaveProperty("values");
  expect(found?.links[0]).toMatchObject({ provider: "district-a", state: "replicating", slot: "slot" });
});
