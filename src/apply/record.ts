/** The node's own journal, which survives the operator's. */
import { z } from "zod";

import { ConnectionError } from "../domain/errors.ts";
import { StatementError, isInsufficientPrivilege } from "../postgres/errors.ts";
import { defineQuery } from "../postgres/query.ts";
import type { Session } from "../postgres/session.ts";

const record = defineQuery("apply/record.sql", z.object({}).loose());

/** Notes what happened to a step. It has happened, whether or not it can be written down. */
export async function recordOnNode(
  session: Session,
  step: string,
  status: string,
  detail?: string,
): Promise<void> {
  await session.all(record, step, status, detail ?? null).catch((error: unknown) => {
    if (isInsufficientPrivilege(error)) return;
    if (!(error instanceof StatementError) && !(error instanceof ConnectionError)) throw error;
  });
}
