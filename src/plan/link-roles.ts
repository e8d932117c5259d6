/** The roles that links log in as, and what pglogical lets everybody do. */
import { linkRoleName } from "../domain/names.ts";
import type { Step } from "../domain/step.ts";
import { makeStep, stepId } from "./make-step.ts";
import type { LinkView } from "./link-state.ts";
import type { Orphan } from "./orphans.ts";
import type { Site, Survey } from "./survey.ts";

const PGLOGICAL = "pglogical";

/** The role that the upstream reads the node as. */
export function linkRoleSteps({ node, state }: Site): readonly Step[] {
  const { linkRole: role } = node;
  const found = state.linkRole;
  // Others are not told what roles may do.
  if (role === undefined || found?.isComplete === true || !state.server.isSuperuser) return [];
  return [
    makeStep(
      {
        node: node.name,
        reason: found === undefined ? "missing" : "differs",
        after: [stepId("create-extension", node.name), stepId("install-schema", node.name)],
      },
      { kind: "set-link-role", role, usesPglogical: node.engine === PGLOGICAL },
    ),
  ];
}

/** The subscription has another password than its provider, or none that it would know. */
export function formerPassword({ link, subscription, provider }: LinkView): string | null | undefined {
  const found = provider.state.linkRole;
  const isOurs = link.provider.linkRole?.password === "generated" && provider.state.server.isSuperuser;
  // Who may not see the connection string is not told what it has.
  if (!isOurs || subscription?.providerDsn === undefined) return undefined;
  if (found !== undefined && found.passwordMark === subscription.passwordMark) return undefined;
  return subscription.passwordMark ?? null;
}

/** Where the extension is ours, nobody gets from it what it gives to everybody. */
export function extensionSteps({ node, state }: Site): readonly Step[] {
  const { pglogicalRights: rights, keptPasswords = [], tributary } = state;
  const isOurs = state.madeExtension === true || tributary?.madeExtension === true;
  const isSoft = rights !== undefined && (rights.isOpen || !rights.isUsable);
  // Somebody else's node may make first copies with its own connection string.
  const interfaces = keptPasswords.filter(({ isLocal }) => !isLocal || tributary?.madeNode === true);
  return [
    ...(isOurs && isSoft
      ? [makeStep({ node: node.name, reason: "differs" }, { kind: "close-extension", engine: PGLOGICAL })]
      : []),
    ...(interfaces.length === 0
      ? []
      : [
          makeStep(
            { node: node.name, reason: "differs" },
            { kind: "forget-passwords", engine: PGLOGICAL, interfaces },
          ),
        ]),
  ];
}

/** The link logs in as somebody else by now. */
export function orphanLinkRole({ topology }: Survey, { node, state }: Site): readonly Orphan[] {
  const { linkRole: role } = state;
  if (node.linkRole !== undefined || role?.isOurs !== true || !role.isComplete) return [];
  if (role.name !== linkRoleName(topology.project, node.name)) return [];
  const upstream = node.upstream ?? "";
  return [
    {
      node: node.name,
      about: role.name,
      what: `role "${role.name}" may read this node's stream, and the topology has no link that logs in as it`,
      after: [
        stepId("alter-subscription", upstream, node.name),
        stepId("change-engine", upstream, node.name),
      ],
      body: { kind: "drop-link-role", role: role.name },
    },
  ];
}
