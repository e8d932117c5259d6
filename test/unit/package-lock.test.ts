import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * `npm ci` refuses a lock file that leaves out an optional package, also one for another platform; npm writes
 * such a file when its registry does not have the package. Run `npm install --package-lock-only` against
 * registry.npmjs.org, or add the entry as its neighbours have it.
 */
test("the lock file has every optional package, so that npm ci accepts it", () => {
  const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const wanted = Object.values(lock.packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  const locked = Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ""));
  expect(wanted.filter((name) => !locked.includes(name))).toEqual([]);
});
