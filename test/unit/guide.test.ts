import { expect, test } from "vitest";

import { guideSteps, isPrinted } from "../support/guide.ts";

test("lines that a guide shows stand together, with gaps where it says so", () => {
  const printed =
    "Volume made\nProject slm: healthy.\n\n├─ east   region  replicating, up to date\n└─ (0 rows) \n";
  expect(isPrinted("Project slm: healthy.", printed)).toBe(true);
  expect(isPrinted("…\n├─ east … replicating…\n…", printed)).toBe(true);
  expect(isPrinted("Project slm: healthy.\n└─ (0 rows)", printed)).toBe(false);
  expect(isPrinted("Project slm: healthy.\n…\n└─ (0 rows)", printed)).toBe(true);
  expect(isPrinted("east", printed)).toBe(false);
  expect(isPrinted("├─ east … down…", printed)).toBe(false);
});

test("what is printed belongs to the command above it", () => {
  const steps = guideSteps(new URL("../../docs/guides/compose.md", import.meta.url));
  expect(steps[0]).toEqual({ chapter: "Start", command: "docker compose up --detach" });
  expect(steps[1]?.prints).toContain("240 expected, 240 present");
  expect(steps.at(-1)?.command).toBe("docker compose down --volumes");
});
