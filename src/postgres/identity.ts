/** Is a database the node that its dsn stands for in the topology file? */
import { z } from "zod";

import { PreconditionError } from "../domain/errors.ts";
import { isInsufficientPrivilege, isMissing } from "./errors.ts";
import { defineQuery } from "./query.ts";
import type { Session } from "./session.ts";

const identity = defineQuery("postgres/identity.sql", z.object({ project: z.string(), name: z.string() }));

/**
 * Throws PreconditionError where a dsn leads to another node: two that were swapped in the file, or one that was moved there and
 * not yet by `apply`. A database that is no node at all, or does not say, passes: what is asked of it next tells that.
 */
export async function expectIdentity(session: Session, project: string): Promise<void> {
  const [found] = await session.all(identity).catch((error: unknown) => {
    if (isMissing(error) || isInsufficientPrivilege(error)) return [];
    throw error;
  });
  if (found === undefined || (found.project === project && found.name === session.node)) return;
  throw new PreconditionError(
    `node "${session.node}": its dsn leads to the database of node "${found.name}" of project "${found.project}", needs that of "${session.node}" of project "${project}"`,
    {
      code: "another-node",
      node: session.node,
      hint: "Correct the dsn in the topology file; tributary plan says what it would make of the file as it is.",
    },
  );
}
