import { describe, expect, test } from "vitest";

import { parseKey } from "./keys.ts";

describe("a key on the command line", () => {
  test.each([
    ["17", ["17"]],
    ["", [""]],
    ['["k 1", 2]', ["k 1", "2"]],
    ["[9007199254740993, 1.50, -0]", ["9007199254740993", "1.50", "-0"]],
    [String.raw`["a\"b", "\ud83d\ude00", ""]`, ['a"b', "\u{1F600}", ""]],
    ["[true, null]", ["true", "null"]],
    // Values that only begin like one.
    ["[draft]", ["[draft]"]],
    ["[1,5)", ["[1,5)"]],
  ])("%s", (text, key) => {
    expect(parseKey(text)).toEqual(key);
  });
});
