/** The password of a link: made here, known to the provider and to the subscription, and to nobody else. */
import { randomBytes } from "node:crypto";

import { withPassword } from "../domain/dsn.ts";
import type { StepOf } from "../domain/step.ts";
import { knownPasswords, observeLinkRole, setLinkPassword } from "../engine/link-role.ts";
import { passwordMark } from "../postgres/password-mark.ts";
import { scramVerifier } from "../postgres/scram.ts";
import type { DataTools } from "./data-tools.ts";
import { runGently } from "./run-gently.ts";

type StreamStep = StepOf<"create-subscription" | "alter-subscription" | "change-engine">;

const BYTES = 32;

/**
 * The step with a connection string that lets it in. The password that the subscription has is kept while the provider knows
 * it; else the provider takes a new one first. Killed in between, the two differ, which the next plan sees.
 */
export async function withLinkPassword<S extends StreamStep>(step: S, tools: DataTools): Promise<S> {
  const role = step.provider.linkRole;
  if (role?.password !== "generated") return step;
  const subscriber = await tools.sessions.get(step.node);
  const provider = await tools.sessions.get(step.provider.name);
  const known = await knownPasswords(subscriber, step.project, step.provider);
  const mark = (await observeLinkRole(provider, role.name, false))?.passwordMark;
  let password = known.find((one) => passwordMark(one) === mark);
  if (password === undefined) {
    password = randomBytes(BYTES).toString("base64url");
    const salt = randomBytes(BYTES).toString("hex");
    await runGently(provider, setLinkPassword(role.name, password, scramVerifier(password, salt)), tools);
  }
  return { ...step, provider: { ...step.provider, linkDsn: withPassword(step.provider.linkDsn, password) } };
}
