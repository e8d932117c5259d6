/** What is wrong with one server. Pure. */
import { parseDsn } from "../../domain/dsn.ts";
import { isSlotOfProject, subscriptionName } from "../../domain/names.ts";
import type { LinkRoleState } from "../../domain/state.ts";
import type { Problem } from "../../domain/step.ts";
import { type Node, type Topology, downstreamOf } from "../../domain/topology.ts";
import { checkForEngines } from "../../engine/server-fitness.ts";
import { identifier, literal } from "../../postgres/quote.ts";
import { type Patient, linkUser } from "./examine.ts";
import type { ClusterFacts } from "./queries.ts";
import { error, warning } from "./problem.ts";

/** Settings, rights, slots and WAL. */
export function checkServer(topology: Topology, patient: Patient): readonly Problem[] {
  const { node, state } = patient;
  return [
    ...checkProgram(patient),
    ...checkForEngines(topology, node, state.server),
    ...(node.upstream === undefined
      ? []
      : [...checkRole(patient), ...checkPassword(patient), ...checkWalLimit(patient)]),
    ...checkSlots(topology, patient),
    ...checkSubscriptions(topology, patient),
  ];
}

/** A new session loads libraries of the new version into the old program: PL/pgSQL may fail, and so every write. */
function checkProgram({ node, state, isProgramReplaced }: Patient): readonly Problem[] {
  if (isProgramReplaced !== true) return [];
  return [
    warning({
      code: "restart-needed",
      node: node.name,
      message: `the server still runs ${state.server.version}, while its programs were replaced: a restart is needed. Until then new sessions may fail to load what they need, and the application's writes with them.`,
      fix: `Restart it at a quiet moment: sudo systemctl restart postgresql@${Math.trunc(state.server.versionNum / 10_000)}-main`,
    }),
  ];
}

/** Where the upstream connects as somebody who need not be a superuser. */
function checkRole({ node, cluster, state }: Patient): readonly Problem[] {
  if (cluster === undefined) return [];
  const user = linkUser(node);
  const role = identifier(user);
  const found = cluster.link_role;
  const at = { node: node.name };
  if (node.linkRole !== undefined) return checkOwnRole(node, state.linkRole, found);
  if (found === null) {
    const message = `there is no role "${user}", which the upstream connects as.`;
    return [error({ ...at, code: "link-role", message, fix: `CREATE ROLE ${role} LOGIN REPLICATION;` })];
  }
  if (!found.canLogIn || !found.mayReplicate) {
    const message = `role "${user}", which the upstream connects as, needs LOGIN and REPLICATION.`;
    return [
      error({
        ...at,
        code: "link-role",
        message,
        fix: `ALTER ROLE ${role} LOGIN REPLICATION;`,
        fixIsSafeSql: true,
      }),
    ];
  }
  if (found.isSuperuser) return [superuserLink(node, user)];
  const reads = readsConnections(node, user, found);
  if (node.engine === "native" || found.mayUsePglogical === true) return reads;
  const isInstalled = state.server.installedExtensions["pglogical"] !== undefined;
  const when = isInstalled ? "" : " once apply has installed pglogical";
  const message = `role "${user}", which the upstream connects as, needs to use schema pglogical and call one function of it${when}.`;
  const fix = `GRANT USAGE ON SCHEMA pglogical TO ${role};\nGRANT EXECUTE ON FUNCTION pglogical.pglogical_node_info() TO ${role};`;
  const finding = { ...at, code: "link-role-grants", message, fix, fixIsSafeSql: isInstalled };
  return [...reads, isInstalled ? error(finding) : warning(finding)];
}

type LinkRoleFacts = NonNullable<ClusterFacts["link_role"]>;

/** One that apply makes, and keeps as it needs to be. What others gave it beside that, it has. */
function checkOwnRole(
  node: Node,
  state: LinkRoleState | undefined,
  found: LinkRoleFacts | null,
): readonly Problem[] {
  if (found === null) return [];
  const user = linkUser(node);
  const role = identifier(user);
  const surplus = [
    ...(found.isSuperuser ? [["is a superuser", `ALTER ROLE ${role} NOSUPERUSER;`] as const] : []),
    ...(found.bypassesRowSecurity
      ? [["passes by row security", `ALTER ROLE ${role} NOBYPASSRLS;`] as const]
      : []),
    ...found.memberOf.map(
      (group) => [`is a member of "${group}"`, `REVOKE ${identifier(group)} FROM ${role};`] as const,
    ),
  ];
  const tooMuch = surplus.map(([what, fix]) =>
    error({
      node: node.name,
      code: "link-role-too-much",
      message: `role "${user}", which the upstream connects as, ${what}, needs to be able to do nothing but read the stream.`,
      fix,
      fixIsSafeSql: true,
    }),
  );
  const isUnset = node.linkRole?.password === "passfile" && state?.hasPassword === false;
  return [...tooMuch, ...readsConnections(node, user, found), ...(isUnset ? [noPassword(node, user)] : [])];
}

function noPassword(node: Node, user: string): Problem {
  return warning({
    node: node.name,
    code: "link-role-password",
    message: `role "${user}", which the upstream connects as, has no password; its link has a passfile, so whoever writes that sets it.`,
    fix: `ALTER ROLE ${identifier(user)} PASSWORD '…'; and the same in the passfile at the upstream's server.`,
  });
}

function superuserLink(node: Node, user: string): Problem {
  return warning({
    node: node.name,
    code: "link-role-superuser",
    message: `the upstream connects as "${user}", a superuser: whoever is superuser there can do everything here.`,
    fix: `Leave link.user of node "${node.name}" out: then apply makes a role that can only read the stream.`,
  });
}

/** As an older advice of doctor's had it. */
function readsConnections(node: Node, user: string, { readsInterfaces }: LinkRoleFacts): readonly Problem[] {
  if (readsInterfaces !== true) return [];
  return [
    error({
      node: node.name,
      code: "link-role-reads-passwords",
      message: `role "${user}", which the upstream connects as, may read pglogical.node_interface, where the connection strings of other nodes are, with their passwords.`,
      fix: `REVOKE ALL ON ALL TABLES IN SCHEMA pglogical FROM ${identifier(user)};`,
      fixIsSafeSql: true,
    }),
  ];
}

function checkPassword({ node }: Patient): readonly Problem[] {
  if (parseDsn(node.linkDsn).password === undefined) return [];
  return [
    warning({
      code: "password-in-link",
      node: node.name,
      message: `its link has a password in the connection string, which the upstream keeps ${node.engine === "native" ? "in pg_subscription for its superusers to read" : "readable in pglogical.node_interface"} and logs when a connection fails.`,
      fix: "Put it into a passfile of the upstream's operating system user, and name that in link.passfile.",
    }),
  ];
}

const GIGABYTE = 1024 ** 3;
/** An estimate over less says nothing. */
const SHORTEST_RECORD_SECONDS = 3600;

function checkWalLimit({ node, state, cluster }: Patient): readonly Problem[] {
  if (state.server.settings["max_slot_wal_keep_size"] !== "-1" || cluster === undefined) return [];
  const isKnown = (cluster.wal_seconds ?? 0) >= SHORTEST_RECORD_SECONDS;
  const perDay = isKnown ? cluster.wal_bytes_per_day : null;
  const rate = perDay === null ? "" : `, and it writes about ${gigabytes(perDay)} a day`;
  const limit = Math.max(10, Math.ceil(((perDay ?? 0) * 7) / GIGABYTE));
  return [
    warning({
      code: "max-slot-wal-keep-size",
      node: node.name,
      message: `max_slot_wal_keep_size is "-1", needs a limit below the free disk: while the line is cut, WAL is kept until the disk is full and the server stops. There are ${gigabytes(cluster.wal_bytes)} of WAL now${rate}.`,
      fix: `ALTER SYSTEM SET max_slot_wal_keep_size = '${limit}GB';\nSELECT pg_reload_conf();`,
    }),
  ];
}

/** Slots that nobody reads keep WAL for ever. Those of a link that is paused or cut are told of elsewhere. */
function checkSlots(topology: Topology, { node, state, cluster }: Patient): readonly Problem[] {
  return (cluster?.idle_slots ?? [])
    .filter(
      (slot) =>
        node.upstream === undefined ||
        slot.database !== state.server.database ||
        !isSlotOfProject(topology.project, slot.name),
    )
    .map((slot) =>
      warning({
        code: slot.walStatus === "lost" ? "slot-lost" : "slot-idle",
        node: node.name,
        message:
          slot.walStatus === "lost"
            ? `slot "${slot.name}" has lost WAL that its reader needs: it is of no use any more.`
            : `nobody reads slot "${slot.name}"${slot.database === null ? "" : ` of database "${slot.database}"`}, which keeps ${gigabytes(slot.retainedWalBytes)} of WAL.`,
        fix: `If its reader is gone for good: SELECT pg_drop_replication_slot(${literal(slot.name)});`,
      }),
    );
}

const RETRIES = {
  pglogical: "pglogical tries again every three minutes",
  native: "PostgreSQL tries again every five seconds",
} as const;

function checkSubscriptions(topology: Topology, { node, state }: Patient): readonly Problem[] {
  return downstreamOf(topology, node.name).flatMap((provider) => {
    const name = subscriptionName(topology.project, provider.name);
    const found = state.subscriptions.find((subscription) => subscription.name === name);
    if (found?.status !== "down") return [];
    return [
      error({
        code: "subscription-down",
        node: node.name,
        message: `subscription "${name}" is down, needs to be replicating. The server's log says why; ${RETRIES[found.engine]}.`,
        fix:
          found.engine === "native"
            ? "Mend the cause: it starts by itself."
            : `When the cause is gone, start it at once: SELECT pglogical.alter_subscription_enable(${literal(name)}, true);`,
      }),
    ];
  });
}

function gigabytes(bytes: number): string {
  return bytes < GIGABYTE / 10
    ? `${Math.round(bytes / 1024 ** 2)} MB`
    : `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
