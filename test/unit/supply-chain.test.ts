/** What comes with the packages that we build on: which of them want to run something when they are installed, and known faults. */
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";
import { z } from "zod";

import { judge } from "../../scripts/audit.ts";

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ name: z.string().optional(), hasInstallScript: z.boolean().optional() }),
  ),
});
const manifest = z.object({ allowScripts: z.record(z.string(), z.boolean()) });

test.each([".", "test/postgres"])(
  "%s: every package with an install script is named, and none runs",
  (folder) => {
    const { packages } = lock.parse(JSON.parse(file(`${folder}/package-lock.json`)));
    const wanting = Object.entries(packages).flatMap(([place, { name, hasInstallScript }]) =>
      hasInstallScript === true ? [name ?? place.split("node_modules/").at(-1) ?? ""] : [],
    );
    const { allowScripts } = manifest.parse(JSON.parse(file(`${folder}/package.json`)));
    expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(wanting)].toSorted());
    expect(Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed)).toEqual([]);
  },
);

test("nothing of ours installs packages with their scripts", () => {
  const installing = ["scripts/setup", "docker/tributary/Dockerfile", ".ci/run", ".ci/containers"].flatMap(
    (name) =>
      file(name)
        .split("\n")
        .filter((line) => /^[^#]*\bnpm (?:ci|install)\b/u.test(line) && !line.includes("say ")),
  );
  expect(installing.filter((line) => !line.includes("--ignore-scripts"))).toEqual([]);
});

test("an audit fails on what was found, and not where the registry has no answer", () => {
  const one = { severity: "high", range: "<2", fixAvailable: true };
  expect(judge(JSON.stringify({ vulnerabilities: { zod: one } }))).toEqual({
    isSound: false,
    says: ["zod <2: high; npm audit fix mends it."],
  });
  expect(judge('{"vulnerabilities":{}}').says[0]).toContain("No package");
  for (const none of ["", "oops", '{"message":"405 Method Not Allowed","error":{"summary":""}}'])
    expect(judge(none)).toMatchObject({ isSound: true, says: [expect.stringContaining("NOT audited")] });
});

test("the package says how to report a fault", () => {
  const { files } = z.object({ files: z.array(z.string()) }).parse(JSON.parse(file("package.json")));
  expect(files).toContain("SECURITY.md");
  expect(file("SECURITY.md")).toContain("docs/concepts/trust.md");
});
