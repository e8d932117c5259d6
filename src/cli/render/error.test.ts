import { expect, test } from "vitest";
import { ConnectionError, TopologyError } from "../../domain/errors.ts";
import { exitCodeOf, renderError } from "./error.ts";

const plain = { json: false, color: false };
const json = { json: true, color: false };

test("an error shows its node and its hint", () => {
  const error = new ConnectionError('cannot connect to "east"', {
    code: "unreachable",
    node: "east",
    hint: "Start it.",
  });
  expect(renderError(error, plain)).toBe('error: cannot connect to "east"\n  node: east\n  hint: Start it.');
  expect(JSON.parse(renderError(error, json))).toEqual({
    error: { code: "unreachable", message: 'cannot connect to "east"', node: "east", hint: "Start it." },
  });
  expect(exitCodeOf(error)).toBe(5);
});

test("a topology error lists every problem with its place", () => {
  const problems = [
    { file: "t.yaml", line: 2, column: 3, message: "one", hint: "Mend it." },
    { file: "t.yaml", line: 4, column: 1, message: "two" },
  ];
  const error = new TopologyError("t.yaml has 2 problems", { code: "topology-invalid", problems });
  expect(renderError(error, plain)).toBe(
    "t.yaml:2:3: one\n  hint: Mend it.\nt.yaml:4:1: two\nerror: t.yaml has 2 problems",
  );
  expect(JSON.parse(renderError(error, json))).toMatchObject({
    error: { code: "topology-invalid", problems },
  });
});

test("anything else is our bug, with its stack", () => {
  expect(renderError(new RangeError("oops"), plain)).toMatch(/bug in Tributary[^]*RangeError: oops\n\s+at /u);
  expect(JSON.parse(renderError("oops", json))).toEqual({ error: { code: "internal", message: "oops" } });
  expect(exitCodeOf(new RangeError("oops"))).toBe(1);
});

test("a password that got into a message is not shown", () => {
  const error = new Error(
    "cannot reach postgresql://me:hunter2@host/db nor host=a password='hunter2' nor ?password=hunter2",
  );
  for (const style of [plain, json]) expect(renderError(error, style)).not.toContain("hunter2");
});
