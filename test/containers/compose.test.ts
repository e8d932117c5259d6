/** The proof of concept with docker compose: the tour of docs/guides/compose.md, as it stands there, and what goes wrong around it. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { eventually } from "../../src/sandbox/eventually.ts";
import { run, shell } from "../support/compose.ts";
import { describeOnContainers } from "../support/containers.ts";
import { type GuideStep, guideSteps, isPrinted } from "../support/guide.ts";

const STEPS = guideSteps(new URL("../../docs/guides/compose.md", import.meta.url));
const TEAR_DOWN = STEPS.at(-1)?.command ?? "";
const HAS_COMPOSE_2 = spawnSync("docker", ["compose", "version"]).status === 0;
const HAS_COMPOSE_1 = spawnSync("docker-compose", ["version"]).status === 0;
const TIMEOUT_MS = 240_000;
const GRAFANA = /image: (grafana\/\S+)/u.exec(
  readFileSync(new URL("../../compose.poc.yml", import.meta.url), "utf8"),
)?.[1];

const containers = (): Promise<string> =>
  run("docker ps --all --format '{{.Names}} {{.ID}}' --filter name=tributary- | sort");

/** What the project made, and nothing else. */
const leftovers = (): Promise<string> =>
  run(
    "label=label=com.docker.compose.project=tributary-poc; docker ps --all --quiet --filter $label; docker volume ls --quiet --filter $label; docker network ls --quiet --filter $label",
  );

/** What only looks is run again until it shows what the guide shows. */
async function take({ command, prints }: GuideStep): Promise<void> {
  let outcome = await shell(command);
  const isAsShown = (): true | undefined =>
    outcome.exitCode === 0 && (prints === undefined || isPrinted(prints, outcome.printed)) ? true : undefined;
  const look = async (): Promise<true | undefined> => {
    if (prints !== undefined && isAsShown() === undefined) outcome = await shell(command);
    return isAsShown();
  };
  try {
    await eventually(look, {
      timeoutMs: prints === undefined ? 0 : TIMEOUT_MS,
      // Each look is a command of Docker's, which costs the servers more than the answer is worth.
      intervalMs: 1000,
      what: "it is as the guide shows",
    });
  } catch (cause) {
    throw new Error(`${command}\nended with ${outcome.exitCode}:\n${outcome.printed}`, { cause });
  }
}

async function expectTour(steps: readonly GuideStep[]): Promise<void> {
  for (const step of steps) await take(step);
}

let isOurs = false;

if (!HAS_COMPOSE_2)
  console.warn("THE TOUR WITH DOCKER COMPOSE IS SKIPPED: docker has no compose command here.");

(HAS_COMPOSE_2 ? describeOnContainers : describe.skip)("docker compose", () => {
  beforeAll(async () => {
    // A tree that somebody looks at is not torn down for a test.
    if ((await leftovers()) !== "")
      throw new Error("the proof of concept is up here: docker compose down --volumes");
    isOurs = true;
    if ((await shell(`docker image inspect ${GRAFANA} || timeout 60 docker pull ${GRAFANA}`)).exitCode === 0)
      return;
    console.warn(`WITHOUT GRAFANA: ${GRAFANA} cannot be had here. Its files are checked in test/unit only.`);
    process.env["COMPOSE_PROFILES"] = "none";
  });
  afterAll(async () => {
    // Each generation of Compose leaves the networks of the other.
    if (isOurs) await shell(`${TEAR_DOWN}; ${HAS_COMPOSE_1 ? "docker-compose down --volumes" : ""}`);
  });

  describe("the tour", () => {
    const chapters = [...new Set(STEPS.slice(0, -1).map((step) => step.chapter))];
    test.each(chapters)("%s", async (chapter) => {
      await expectTour(STEPS.filter((step) => step.chapter === chapter));
    });
  });

  describe("the tree that the tour leaves", () => {
    test("up changes nothing where everything runs", async () => {
      await run("docker compose up --detach");
      const before = await containers();
      await run("docker compose up --detach");
      expect(await containers()).toBe(before);
      expect(await run("docker compose logs provision | tail -n 3")).toMatch(/nothing to do/);
    });

    test("whatever is killed, up heals it", async () => {
      await run("docker kill $(docker compose ps --quiet --status running)");
      await run("docker compose up --detach");
      await expectTour(STEPS.filter((step) => step.chapter === "Look"));
    });

    test("no container has a secret in its environment, its command or its log", async () => {
      const passwords = await run(
        "docker compose run --rm --no-deps --entrypoint cat provision /run/secrets/pgpass /run/secrets/monitor.password",
      );
      const secrets = passwords.match(/[0-9a-f]{48}/gu) ?? [];
      expect(secrets).toHaveLength(8);
      const told =
        (await run("docker inspect $(docker compose ps --all --quiet)")) + (await run("docker compose logs"));
      for (const secret of secrets) expect(told.includes(secret)).toBe(false);
    });

    test("a password that no server takes: provision says whose, and what to do", async () => {
      await run(
        "docker compose exec -T east psql postgres --quiet --command \"alter role postgres password 'another'\"",
      );
      const { exitCode, printed } = await shell(
        "docker compose up --detach && docker compose logs provision",
      );
      expect(exitCode).not.toBe(0);
      expect(printed).toMatch(/exit 5/);
      const log = await run("docker compose logs provision");
      expect(log).toMatch(/node "east": .*password/);
      expect(log).toMatch(/hint: .*passfile/);
    });

    test("volumes of an earlier major: the server says what they are and what to do", async () => {
      await run("docker compose stop west");
      const volume =
        "docker run --rm --volume tributary-poc_data-west:/var/lib/postgresql/data --entrypoint bash tributary-postgres:poc -c";
      await run(`${volume} 'cd /var/lib/postgresql/data && mv $PG_MAJOR 13 && echo 13 >13/PG_VERSION'`);
      expect((await shell("docker compose up --detach")).exitCode).not.toBe(0);
      expect(await run("docker compose logs west")).toMatch(
        /has a cluster of PostgreSQL 13 .*\n.*Nothing was changed/,
      );
    });

    test("down leaves nothing", async () => {
      await expectTour(STEPS.slice(-1));
      expect(await leftovers()).toBe("");
    });
  });

  describe("before it starts", () => {
    test("Compose reads the file without a warning", async () => {
      expect(await run("docker compose --profile grafana config --quiet")).toBe("");
      if (HAS_COMPOSE_1) expect(await run("docker-compose --profile grafana config --quiet")).toBe("");
    });

    test.skipIf(!HAS_COMPOSE_1)("Compose 1 starts the same tree", async () => {
      const steps = STEPS.filter(({ chapter }) => ["Start", "Look", "Tear it down"].includes(chapter));
      await expectTour(
        steps.map(({ command, ...step }) => ({
          ...step,
          command: command.replace("docker compose", "docker-compose"),
        })),
      );
      expect(await leftovers()).toBe("");
    });

    test("a port in use: Docker says which", async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const port = String((taken.address() as AddressInfo).port);
      const { printed } = await shell("docker compose up --detach --no-deps monitor", { MONITOR_PORT: port });
      expect(printed).toMatch(
        new RegExp(`127.0.0.1:${port}.*(?:port is already allocated|address already in use)`),
      );
      taken.close();
      await run(TEAR_DOWN);
    });
  });
});
