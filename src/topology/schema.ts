/** The shape of a topology file. `topology.schema.json` is made from it. */
import { z } from "zod";
import { NAME_PATTERN } from "../domain/names.ts";

/** What is wrong with a name that does not match NAME_PATTERN. */
export const BAD_NAME =
  "names are lower-case letters and digits, in words joined by - or _, and start with a letter";
const name = z.string().regex(NAME_PATTERN, BAD_NAME);
const text = z.string().min(1, "must not be empty");

const engine = z.enum(["pglogical", "native"]);

const link = z
  .strictObject({
    host: text.optional().describe("Host name or address, as seen from the upstream's server."),
    port: z.int().min(1).max(65_535).optional(),
    dbname: text.optional().describe("Database name, where a pooler or proxy gives it another one."),
    user: text
      .optional()
      .describe(
        "Role of the link. Default: one that apply makes, with a password of its own. The password of dsn goes with the user of dsn only.",
      ),
    passfile: text
      .optional()
      .describe(
        "libpq password file on the upstream's server. Keeps the password out of the database; whoever writes it sets the role's password.",
      ),
    sslmode: z.enum(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]).optional(),
    sslrootcert: text.optional().describe("File on the upstream's server."),
    sslcert: text.optional().describe("File on the upstream's server."),
    sslkey: text.optional().describe("File on the upstream's server."),
  })
  .describe("How the upstream's server reaches this node, where that differs from dsn.");

const tableOwner = text.max(63, "is longer than 63 characters");

/** "90s", "15m", "8h", "3d". */
const duration = z
  .string()
  .regex(/^[1-9]\d*[smhd]$/u, "needs to be a whole number and s, m, h or d, as in 90s or 8h");
const bytes = z
  .string()
  .regex(/^[1-9]\d*(?:\.\d+)?(?:MB|GB|TB)$/u, "needs to be a number and MB, GB or TB, as in 500GB");

const ssh = z
  .strictObject({
    host: text,
    port: z.int().min(1).max(65_535).optional(),
    user: text,
    key: text.optional().describe("Private key file. Default: the agent's."),
    host_key: text
      .optional()
      .describe("The host's public key as ssh-keyscan prints it. Default: what ~/.ssh/known_hosts has."),
  })
  .describe("How the monitor reaches the node's machine, to look at its disks.");

const verify = z
  .strictObject({
    every: text.describe(
      'When both ends are compared, as a cron expression: minute, hour, day of month, month, day of week. "0 2 * * *" is each night at two.',
    ),
    time_zone: text
      .optional()
      .describe(
        "The zone that this is meant in. Default: the one of the link's lower end, as its database has it.",
      ),
    max_rate: bytes
      .optional()
      .describe("The most to read from the tables of one server in a second, as in 20MB. Default: no limit."),
  })
  .describe("When the monitor compares both ends of links, row by row.");

const watch = z
  .strictObject({
    heartbeat: duration.optional().describe("How often a beat is sent over the node's link. Default: 60s."),
    offline_budget: duration
      .optional()
      .describe("How long the node may be out of reach before somebody is told. Default: 8h."),
    staleness_budget: duration
      .optional()
      .describe("How old what the root has of the node may become before somebody is told. Default: 1h."),
    capacity: bytes.optional().describe("Size of the node's data disk, where nothing else can tell it."),
    ssh: ssh.optional(),
    verify: z
      .union([z.literal(false), verify])
      .optional()
      .describe(
        "When the node's link upward is compared, in place of what stands under monitor; false: never.",
      ),
  })
  .describe("How the monitor watches the node.");

const monitor = z
  .strictObject({
    role: text
      .max(63, "is longer than 63 characters")
      .optional()
      .describe("The role that the monitor looks as; apply makes it. Default: <project>_monitor."),
    password: text
      .optional()
      .describe("Its password. Default: none; the servers let it in by another way, or a passfile has it."),
    interval: duration.optional().describe("How often every node is looked at. Default: 15s."),
    heartbeat: watch.shape.heartbeat,
    offline_budget: watch.shape.offline_budget,
    staleness_budget: watch.shape.staleness_budget,
    verify: verify.optional(),
  })
  .describe("What `tributary monitor` needs; nodes may have budgets of their own.");

const node = z
  .strictObject({
    tier: name.describe("One of the tiers."),
    upstream: name
      .optional()
      .describe("The next node towards the root. Exactly one node has none: the root."),
    dsn: text.describe(
      "libpq URI by which the tool reaches the node. ${env:NAME} and ${file:PATH} are replaced by their plain text.",
    ),
    link: link.optional(),
    engine: engine.optional().describe("What carries this node's rows upstream. Default: the file's engine."),
    sets: z.array(name).optional().describe("Sets whose rows this node sends upstream. Default: all."),
    table_owner: tableOwner
      .optional()
      .describe(
        "The role that tables belong to which apply makes at this node. Default: the file's table_owner.",
      ),
    monitor: watch.optional(),
  })
  .describe("One database.");

const tableRule = z
  .strictObject({
    where: text
      .max(8000, "is longer than 8000 characters")
      .optional()
      .describe("The filter: a boolean expression over the table's own columns. Default: every row."),
    columns: z
      .array(text)
      .min(1, "names no column")
      .optional()
      .describe("Columns that travel, the key among them. Default: all, including those added later."),
    on_leave: z
      .enum(["retract", "keep"])
      .default("retract")
      .describe("Above, a row that leaves the filter disappears (retract) or stays as it was last (keep)."),
    protect: z
      .enum(["refuse", "warn", "off"])
      .default("refuse")
      .describe("What a hand-made change above to a delivered row meets."),
    capture: z
      .enum(["ordinary", "replicated"])
      .default("ordinary")
      .describe(
        "Whose rows travel: those that ordinary sessions write (ordinary), or also those that another subscription, or a session with session_replication_role = replica, writes here (replicated).",
      ),
    shared: z
      .boolean()
      .default(false)
      .describe(
        "The nodes have the same rows, as of reference tables: equal rows of several nodes are one row above, which goes when the last of them does. Rows that differ are parked until all of them agree.",
      ),
  })
  .describe("What of a table travels. {} sends the whole table.");

const replicationSet = z
  .strictObject({
    tables: z
      .record(text, tableRule)
      .describe('Tables by name: schema.table, or \'"My schema"."My table"\' where SQL needs quotes.'),
  })
  .describe("Tables that travel together.");

/** Entries by name. The names are judged by a rule, so that a bad one does not hide what is wrong inside. */
const named = <T extends z.ZodType>(entry: T, description: string) =>
  z
    .record(z.string(), entry)
    .refine((entries) => Object.keys(entries).length > 0, "has no entries")
    .meta({ description, minProperties: 1, propertyNames: { type: "string", pattern: NAME_PATTERN.source } });

/** The file, strictly: unknown keys are errors. */
export const topologyFile = z
  .strictObject({
    version: z.literal(1).describe("Version of this format."),
    project: name.describe("Names everything that Tributary makes on a server."),
    engine: engine
      .default("pglogical")
      .describe(
        "What carries the data: the extension pglogical, or PostgreSQL's native logical replication.",
      ),
    tiers: z
      .array(name)
      .min(1, "names no tier")
      .default(["district", "region", "nation"])
      .describe("Levels of the tree, lowest first."),
    table_owner: tableOwner
      .optional()
      .describe(
        "The role that tables belong to which apply makes where they are missing above; no superuser. Default: the owner of the table's schema there; where that is a superuser or the schema is missing, the role tributary_<project>_tables, which apply makes.",
      ),
    monitor: monitor.optional(),
    sets: named(replicationSet, "What travels, by the name of the set."),
    nodes: named(node, "The databases of the tree, by name."),
  })
  .meta({
    title: "Tributary topology",
    description: "A tree of PostgreSQL databases and what travels up it.",
  });

/** What a valid file holds. */
export type TopologyFile = z.output<typeof topologyFile>;
export type NodeEntry = z.output<typeof node>;
export type TableEntry = z.output<typeof tableRule>;
export type WatchEntry = z.output<typeof watch>;
export type VerifyEntry = z.output<typeof verify>;

/** The keys that an object at `path` may have, to suggest one for a misspelt one. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  if (path.length === 0) return Object.keys(topologyFile.shape);
  if (path.at(-1) === "link") return Object.keys(link.shape);
  if (path.at(-1) === "ssh") return Object.keys(ssh.shape);
  if (path.at(-1) === "verify") return Object.keys(verify.shape);
  if (path.at(-1) === "monitor") return Object.keys(path.length === 1 ? monitor.shape : watch.shape);
  if (path.length === 2) return Object.keys(path[0] === "nodes" ? node.shape : replicationSet.shape);
  return Object.keys(tableRule.shape);
}

/** The JSON Schema of the file, for editors. */
export function topologyJsonSchema(): object {
  return z.toJSONSchema(topologyFile, { io: "input" });
}
