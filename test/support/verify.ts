/** Comparisons as `tributary verify` makes them. */
import type { Topology } from "../../src/domain/topology.ts";
import type {
  LinkVerification,
  TableVerification,
  VerificationReport,
} from "../../src/domain/verification.ts";
import { Sessions } from "../../src/postgres/sessions.ts";
import type { Manner } from "../../src/verify/scan.ts";
import { type Extent, verifyTree } from "../../src/verify/verify-tree.ts";

/** Compares, with patience for a test. */
export async function verify(
  topology: Topology,
  extent: Extent = {},
  how: Partial<Manner> = {},
): Promise<VerificationReport> {
  await using sessions = new Sessions(topology.nodes, { timeoutMs: 20_000 });
  return await verifyTree(topology, sessions, extent, {
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    bytesPerSecond: 0,
    listed: 1000,
    deep: false,
    progress: () => undefined,
    ...how,
  });
}

/** One table of one link in a report. */
export function tableOf(report: VerificationReport, provider: string, relation: string): TableVerification {
  const link: LinkVerification | undefined = report.links.find((each) => each.provider === provider);
  const table = link?.tables.find((each) => each.relation === relation);
  if (table === undefined) throw new Error(`the report has no ${relation} of "${provider}"`);
  return table;
}
