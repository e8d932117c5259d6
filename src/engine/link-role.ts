/** The role that a link logs in as, at its provider; and the password of it that its subscription has. */
import { z } from "zod";

import { accountOf } from "../domain/dsn.ts";
import { subscriptionName } from "../domain/names.ts";
import type { LinkRoleState } from "../domain/state.ts";
import { Secret, type Statement } from "../domain/statement.ts";
import type { Node } from "../domain/topology.ts";
import { isInsufficientPrivilege } from "../postgres/errors.ts";
import { passwordMark } from "../postgres/password-mark.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";
import { QUIET_LOG, joined } from "./schema-statements.ts";

const linkRole = defineQuery(
  "postgres/link-role.sql",
  z.object({
    is_ours: z.boolean(),
    may_replicate: z.boolean(),
    may_use_pglogical: z.boolean(),
    has_password: z.boolean(),
    password_mark: z.string().nullable(),
  }),
);
const nativeConninfo = defineQuery(
  "native/conninfo.sql",
  z.object({ conninfos: z.array(z.string()), has_pglogical: z.boolean() }),
);
const pglogicalConninfo = defineQuery("pglogical/conninfo.sql", z.object({ conninfo: z.string() }));

/** Undefined where there is no such role, or we may not know. */
export async function observeLinkRole(
  provider: Session,
  name: string,
  usesPglogical: boolean,
): Promise<LinkRoleState | undefined> {
  try {
    const [found] = await provider.all(linkRole, name);
    if (found === undefined) return undefined;
    const { is_ours, may_replicate, may_use_pglogical, has_password, password_mark } = found;
    return {
      name,
      isOurs: is_ours,
      isComplete: may_replicate && (may_use_pglogical || !usesPglogical),
      hasPassword: has_password,
      ...(password_mark === null ? {} : { passwordMark: password_mark }),
    };
  } catch (error) {
    if (isInsufficientPrivilege(error)) return undefined;
    throw error;
  }
}

/** The passwords that a subscriber has for a provider's role: more than one while engines change. */
export async function knownPasswords(
  subscriber: Session,
  project: string,
  { name, linkRole: role }: Node,
): Promise<readonly string[]> {
  const subscription = subscriptionName(project, name);
  const { conninfos, has_pglogical } = await subscriber.one(nativeConninfo, subscription);
  const others = has_pglogical ? await subscriber.all(pglogicalConninfo, subscription) : [];
  return [...others.map(({ conninfo }) => conninfo), ...conninfos].flatMap((conninfo) => {
    const { user, password } = accountOf(conninfo);
    return user === role?.name && password !== undefined ? [password] : [];
  });
}

/** Has the provider take a password, of which it keeps the verifier. */
export function setLinkPassword(role: string, password: string, verifier: string): readonly Statement[] {
  return [
    ...QUIET_LOG,
    joined(
      "select tributary.set_link_password($1, $2, $3)",
      role,
      new Secret(verifier, "***"),
      passwordMark(password),
    ),
  ];
}

/** The mark of the password in a connection string, where that logs in as a role that we made. */
export function markOf(conninfo: string): { readonly passwordMark?: string } {
  const { user, password } = accountOf(conninfo);
  const isOurs = user?.startsWith("tributary_") === true && password !== undefined;
  return isOurs ? { passwordMark: passwordMark(password) } : {};
}
