/** The tree of the proof of concept: seven clusters, and an application with its data in the districts. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import type { EngineKind } from "../../domain/topology.ts";
import type { Session } from "../../postgres/session.ts";
import type { Sessions } from "../../postgres/sessions.ts";
import type { Binaries } from "../binaries.ts";
import { type Cluster, startCluster } from "../cluster.ts";
import { Pattern } from "../data-directory.ts";
import { giveTo, serverUser } from "../os-user.ts";
import { application, statement } from "./sql.ts";

export interface Site {
  readonly name: string;
  readonly tier: "district" | "region" | "nation";
  readonly upstream?: string;
}

export const SITES: readonly Site[] = [
  { name: "district-a", tier: "district", upstream: "east" },
  { name: "district-b", tier: "district", upstream: "east" },
  { name: "district-c", tier: "district", upstream: "west" },
  { name: "district-d", tier: "district", upstream: "west" },
  { name: "east", tier: "region", upstream: "nation" },
  { name: "west", tier: "region", upstream: "nation" },
  { name: "nation", tier: "nation" },
];

/** Each district is one office, by the same name. */
export const OFFICES: readonly string[] = SITES.filter((site) => site.tier === "district").map(
  (site) => site.name,
);

/** The sites whose rows pass through a site, or all offices at the nation. */
export function officesBelow(site: string): readonly string[] {
  const below = SITES.filter((candidate) => candidate.upstream === site);
  return below.flatMap((child) => (child.tier === "district" ? [child.name] : officesBelow(child.name)));
}

/** The sites above one, nearest first. */
export function pathUp(name: string): readonly string[] {
  const upstream = SITES.find((site) => site.name === name)?.upstream;
  return upstream === undefined ? [] : [upstream, ...pathUp(upstream)];
}

const DATABASE = "slm";

export interface PocTree {
  /** What carries its rows. */
  readonly engine: EngineKind;
  readonly topologyFile: string;
  readonly nodes: readonly { readonly name: string; readonly dsn: string }[];
  cluster(name: string): Cluster;
}

/** The data is made up and gone in a minute; a killed server loses nothing by this, only a power cut would. */
const DISPOSABLE = { fsync: "off", full_page_writes: "off" };
/** As `doctor` wants it: a line that is cut for long fills no disk. */
const LIMITED = { max_slot_wal_keep_size: "4GB" };

/** Starts the clusters side by side and writes `topology.yaml` beside them. */
export async function raiseTree(folder: string, binaries: Binaries): Promise<PocTree> {
  const access = await writePassfile(folder);
  const pattern = new Pattern(folder);
  const clusters = await Promise.all(
    SITES.map(({ name }) =>
      startCluster({
        directory: folder,
        name,
        binaries,
        access,
        pattern,
        databases: [DATABASE],
        settings: { ...DISPOSABLE, ...LIMITED, cluster_name: name },
      }),
    ),
  );
  const topologyFile = path.join(folder, "topology.yaml");
  const nodes = clusters.map((cluster) => ({ name: cluster.name, dsn: cluster.dsn(DATABASE) }));
  const engine = binaries.hasPglogical ? "pglogical" : "native";
  await writeFile(topologyFile, topologyText(engine, nodes));
  const cluster = (name: string): Cluster => {
    const found = clusters.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`the proof of concept has no cluster "${name}"`);
    return found;
  };
  return { engine, topologyFile, nodes, cluster };
}

const MONITOR_PASSWORD = "monitor.password";

async function writePassfile(folder: string): Promise<{ password: string; passfile: string }> {
  const password = randomBytes(18).toString("base64url");
  await writeFile(path.join(folder, MONITOR_PASSWORD), `${randomBytes(18).toString("base64url")}\n`, {
    mode: 0o600,
  });
  const passfile = path.join(folder, "passfile");
  await writeFile(passfile, `127.0.0.1:*:*:postgres:${password}\n`, { mode: 0o600 });
  giveTo(serverUser(), passfile);
  return { password, passfile };
}

function topologyText(engine: EngineKind, nodes: PocTree["nodes"]): string {
  const entries = SITES.map(({ name, tier, upstream }) => {
    const dsn = nodes.find((node) => node.name === name)?.dsn ?? "";
    const lines = [`  ${name}:`, `    tier: ${tier}`, ...(upstream ? [`    upstream: ${upstream}`] : [])];
    return [...lines, `    dsn: ${JSON.stringify(dsn)}`].join("\n");
  });
  return `# The tree of the proof of concept. Approved rows travel from the districts to the nation.
version: 1
project: slm
engine: ${engine}
${SETS}
nodes:
${entries.join("\n")}
`;
}

const SETS = `tiers: [district, region, nation]
monitor: { password: "\${file:${MONITOR_PASSWORD}}" } # the role that tributary monitor looks as

sets:
  knowledge:
    tables:
      public.category: {} # the whole table
      public.document:
        where: "status = 'approved'"
      public.attachment:
        where: "approved"
        columns: [document_id, position, office, file_name, media_type, content, approved] # not: internal_note
`;

const APPROVED_BEFORE = 600;
const DRAFTS_BEFORE = 300;
const CONFIDENTIAL_BEFORE = 40;
/** A draft with this line is never approved, so it must not be found above a district. */
export const CONFIDENTIAL = "Not for circulation: this stays in the district.";

/** The application at each district, with what was written before anybody thought of replication. Tells what. */
export async function loadKnowledgeBases(sessions: Sessions): Promise<readonly string[]> {
  await Promise.all(
    OFFICES.map(async (office) => {
      const session = await sessions.get(office);
      await session.run([application(), statement("categories.sql", office)]);
      await writeDocuments(session, { office, count: APPROVED_BEFORE, status: "approved" });
      await writeDocuments(session, { office, count: DRAFTS_BEFORE, status: "draft" });
      await writeDocuments(session, {
        office,
        count: CONFIDENTIAL_BEFORE,
        status: "draft",
        lastLine: CONFIDENTIAL,
      });
    }),
  );
  return [
    `${APPROVED_BEFORE} approved documents in each, with attachments`,
    `${DRAFTS_BEFORE + CONFIDENTIAL_BEFORE} drafts in each, which must never leave it`,
  ];
}

/** New documents of one office. */
export async function writeDocuments(
  session: Session,
  documents: { office: string; count: number; status: "draft" | "approved"; lastLine?: string },
): Promise<void> {
  const { office, count, status, lastLine = "" } = documents;
  await session.run([statement("documents.sql", office, count, status, lastLine)]);
}
