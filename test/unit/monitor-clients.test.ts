/** What the monitor makes of what clients send, before anything else. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { hostsOf } from "../../src/cli/listen.ts";
import { UsageError } from "../../src/domain/errors.ts";
import { ClientLog } from "../../src/monitor/client-log.ts";
import { Probes } from "../../src/monitor/probes.ts";
import { hostOf, isAllowedHost, targetOf } from "../../src/monitor/request.ts";
import type { Watcher } from "../../src/monitor/watcher.ts";
import { watchedTree } from "../support/watched.ts";
import { draw } from "../../src/monitor/picture.ts";

describe("the target of a request", () => {
  test.each([
    "//",
    "//[",
    "*",
    "",
    "a",
    "http://",
    "http://[::1",
    "/a b",
    "/%zz",
    "/%",
    "/\u0000",
    "ftp://x/",
  ])("%j is malformed", (text) => {
    expect(targetOf(text)).toBeUndefined();
  });

  test("its path and its query", () => {
    expect(targetOf("/")).toEqual({ path: "/", query: new URLSearchParams() });
    expect(targetOf("/probe?target=a&b=?")?.query.get("target")).toBe("a");
    expect(targetOf("/..%2f..%2fetc/passwd")?.path).toBe("/..%2f..%2fetc/passwd");
    expect(targetOf("http://Evil.example:80/metrics?x=1")).toMatchObject({
      path: "/metrics",
      host: "Evil.example:80",
    });
    expect(targetOf("http://evil.example?x")).toMatchObject({ path: "/" });
  });
});

describe("the name that a client asks for", () => {
  test.each(["127.0.0.1", "127.0.0.1:9854", "[::1]:9854", "[::1]", "10.1.2.3", "localhost", "LOCALHOST:1"])(
    "%s is always served",
    (host) => {
      expect(isAllowedHost(host)).toBe(true);
    },
  );

  test.each(["evil.example", "evil.example:9854", "localhost.evil.example", "127.0.0.1.evil.example", ""])(
    "%j is not",
    (host) => {
      expect(isAllowedHost(host)).toBe(false);
    },
  );

  test("nor what is no host at all; a client that names none is no browser", () => {
    for (const host of ["a b", "a@b", "[::1", "x/y", "evil.example, localhost", "2130706433", "127.1"])
      expect(isAllowedHost(host)).toBe(false);
    expect(isAllowedHost(undefined)).toBe(true);
  });

  test("where it listens, where others reach it, and what is named", () => {
    const hosts = hostsOf({ host: "Watch", port: 1 }, "https://pub.example.org:8443/x", ["Other.Example."]);
    for (const name of ["watch", "WATCH:9", "pub.example.org", "other.example.", "other.example:1"])
      expect(isAllowedHost(name, hosts)).toBe(true);
    expect(isAllowedHost("pub.example.org.evil", hosts)).toBe(false);
    expect(hostsOf({ host: "::", port: 1 }, undefined)).toEqual([]);
    for (const bad of ["a:1", "http://a", "", "a b"])
      expect(() => hostsOf({ host: "127.0.0.1", port: 1 }, undefined, [bad])).toThrow(UsageError);
    expect(hostOf("A.b:1")).toBe("a.b");
  });
});

describe("what is told of clients", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("one line, and a count of the others", () => {
    const told: string[] = [];
    const log = new ClientLog((text) => told.push(text));
    for (let request = 0; request < 1000; request++) log.note(`bad ${request}`);
    expect(told).toEqual(["bad 0"]);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(["bad 0", "clients: 999 more requests like that in the last 60 s"]);
    vi.advanceTimersByTime(600_000);
    log.note("bad again");
    expect(told).toHaveLength(3);
  });
});

describe("probes", () => {
  const tree = watchedTree(2, 100);
  /** What is drawn: how large a tree is does not matter here. */
  const small = watchedTree(1, 1);
  const names = tree.shape.topology.nodes.map(({ name }) => name);

  function watcherOf(): { probes: Probes; looks: string[]; most: () => number; answer: () => void } {
    const looks: string[] = [];
    const open: (() => void)[] = [];
    let most = 0;
    let isOpen = false;
    const watcher = {
      probe: async (name: string) => {
        looks.push(name);
        if (isOpen) return;
        most = Math.max(most, looks.length);
        await new Promise<void>((resolve) => open.push(resolve));
      },
      picture: () => draw(small.shape, small.records, small.at),
    };
    const answer = (): void => {
      isOpen = true;
      for (const go of open) go();
    };
    return { probes: new Probes(watcher as unknown as Watcher), looks, most: () => most, answer };
  }

  test("who asks for the same shares one look, and few nodes are looked at at a time", async () => {
    const { probes, looks, most, answer } = watcherOf();
    const asked = names.flatMap((name) =>
      Array.from({ length: 3 }, () => probes.ask(name, "prometheus", Number.NaN)),
    );
    await vi.waitFor(() => expect(looks).toHaveLength(16), { timeout: 20_000 });
    answer();
    const answers = await Promise.all(asked);
    expect(most()).toBe(16);
    expect(looks.toSorted()).toEqual(names.toSorted());
    expect(answers.every((text) => text?.includes("tributary_node_up"))).toBe(true);
  });

  test("more than can wait are sent away at once", async () => {
    const { probes, answer } = watcherOf();
    const asked = Array.from({ length: 1000 }, (_, index) => probes.ask(`x${index}`, "prometheus", 10));
    await expect(probes.ask("one more", "prometheus", 10)).resolves.toBeUndefined();
    answer();
    expect((await Promise.all(asked)).filter((text) => text === undefined).length).toBeGreaterThan(300);
  });

  test("no client's patience makes a node look dead", async () => {
    const limits: number[] = [];
    const watcher = {
      probe: async (_: string, limitMs: number) => void limits.push(limitMs),
      picture: () => draw(small.shape, small.records, small.at),
    };
    const probes = new Probes(watcher as unknown as Watcher);
    for (const seconds of [Number.NaN, -1, 0.001, 1e9, Infinity])
      await probes.ask("a", "prometheus", seconds);
    expect(Math.min(...limits)).toBeGreaterThan(1000);
    expect(Math.max(...limits)).toBeLessThanOrEqual(30_000);
  });
});
