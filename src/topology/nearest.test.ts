import { expect, test } from "vitest";
import { didYouMean, nearest } from "./nearest.ts";

test("a slip of the finger finds the word that was meant", () => {
  expect(nearest("upstraem", ["tier", "upstream", "dsn"])).toBe("upstream");
  expect(nearest("dns", ["dsn", "tier"])).toBe("dsn");
  expect(nearest("East", ["east"])).toBe("east");
});

test("nothing near is no suggestion", () => {
  expect(nearest("xyz", ["tier", "dsn"])).toBeUndefined();
  expect(didYouMean("xyz", ["tier"])).toEqual({});
});
