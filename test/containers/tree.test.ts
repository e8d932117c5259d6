/** What the tests on containers stand on: a line is the only way, a server keeps its place, and nothing is left behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

import { expect, inject, test } from "vitest";

import { useTestTree } from "../support/cluster.ts";
import { RUN_LABEL, removeAbandoned, thingsWith } from "../support/container-run.ts";
import { describeOnContainers } from "../support/containers.ts";
import { openApplication, query } from "../support/sql.ts";

describeOnContainers("a tree in containers", () => {
  const tree = useTestTree({ districts: 1, source: "containers" });

  /** Whether a server answers at an address, asked from the nation's container. */
  async function nationReaches(host: string): Promise<boolean> {
    await using application = openApplication(tree.dsn("nation"));
    const [answer] = await application.query(
      `create temp table answer (code text);
       copy answer from program 'pg_isready --quiet --timeout=2 --host=${host}; echo $?';
       select code from answer`,
    );
    return answer?.["code"] === "0";
  }

  test("a line is the only way between two servers", async () => {
    const [own] = await query(tree.dsn("district-a"), "select host(inet_server_addr()) as address");
    const line = tree.line("district-a");
    expect(await nationReaches("district-a")).toBe(true);
    expect(await nationReaches(String(own?.["address"]))).toBe(false);
    await line.cut();
    expect(await nationReaches("district-a")).toBe(false);
    expect(await query(tree.dsn("nation"), "select 1 as one")).toEqual([{ one: 1 }]);
    await line.mend();
    expect(await nationReaches("district-a")).toBe(true);
  });

  test("what a run has left that was killed, the next one takes away, and nothing of one that lives", async () => {
    const script = path.resolve(import.meta.dirname, "../support/abandoned-containers.ts");
    const owner = spawn(process.execPath, ["--import", "tsx", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(owner.stdout, "data")) as [Buffer];
    const things = (): Promise<readonly string[]> => thingsWith(`${RUN_LABEL}=${line.toString().trim()}`);
    const made = await things();
    expect(made.map((each) => each.split(" ")[0])).toEqual(["container", "network", "volume"]);
    await removeAbandoned();
    expect(await things()).toEqual(made);
    owner.kill("SIGKILL");
    await once(owner, "exit");
    await removeAbandoned();
    expect(await things()).toEqual([]);
    expect(await thingsWith(`${RUN_LABEL}=${inject("containers").run}`)).not.toEqual([]);
  });
});
