/** A first topology file, with comments that explain it. */
import { formatDsn, parseDsn } from "../../domain/dsn.ts";

export interface FirstTopology {
  readonly project: string;
  /** Lowest first. */
  readonly tiers: readonly string[];
  readonly nodes: readonly {
    readonly name: string;
    readonly tier: string;
    readonly upstream?: string;
    readonly dsn: string;
  }[];
  readonly tables: readonly { readonly name: string; readonly where?: string }[];
}

const EXAMPLE_TABLE = { name: "public.document", where: "status = 'approved'" };

/** The file's text. Passwords are left out: the file names environment variables in their place. */
export function renderTopology(first: FirstTopology): string {
  const { tables } = first;
  const nodes = first.nodes.map(({ name, tier, upstream, dsn }) =>
    [
      `  ${name}:`,
      `    tier: ${tier}`,
      ...(upstream === undefined ? [] : [`    upstream: ${upstream}`]),
      `    dsn: ${scalar(withoutPassword(name, dsn))}`,
    ].join("\n"),
  );
  return `# One tree of PostgreSQL databases, and what travels up it.
#   tributary validate   checks this file
#   tributary doctor     checks the servers
#   tributary plan       shows what would be done
#   tributary apply      does it
version: 1
project: ${first.project} # names everything that Tributary makes on a server
engine: pglogical # or native; also for single nodes
tiers: [${first.tiers.join(", ")}] # lowest first
monitor: {} # apply makes a role that tributary monitor looks as; give it a password: \${file:monitor.password}

sets:
  main: # tables that travel together
    tables:
${tables.length === 0 ? "      # an example: put your own tables here\n" : ""}${(tables.length === 0 ? [EXAMPLE_TABLE] : tables).map(tableText).join("\n")}
      # More that a table can have:
      #   columns: [id, title]   only these columns, the key among them
      #   on_leave: keep         a row that leaves the filter stays above as it was last
      #   shared: true           the nodes have the same rows: equal ones are one row above

# Passwords come from \${env:NAME}, \${file:PATH} or a libpq passfile.
nodes:
${nodes.join("\n")}
    # Where the upstream's server reaches a node in another way than you do:
    #   link: { host: 10.0.0.7, sslmode: verify-full }
`;
}

function tableText({ name, where }: FirstTopology["tables"][number]): string {
  if (where === undefined) return `      ${scalar(name)}: {} # the whole table`;
  return `      ${scalar(name)}:\n        where: ${JSON.stringify(where)} # only these rows ever leave a node`;
}

/** A text as YAML: plain where that is safe, quoted where not. */
function scalar(text: string): string {
  return /^[\w/](?:[\w/.@%$+*()={}?&-]|:(?!\s|$))*$/u.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** The environment variable that holds a node's password. */
export const passwordVariable = (node: string): string =>
  `${node.toUpperCase().replaceAll("-", "_")}_PASSWORD`;

function withoutPassword(node: string, dsn: string): string {
  // What is filled in later cannot be taken apart yet, and is no secret.
  if (dsn.includes("${")) return dsn;
  const { password, ...parts } = parseDsn(dsn);
  if (password === undefined) return dsn;
  const marked = formatDsn({ ...parts, password: "PASSWORD" });
  return marked.replace(":PASSWORD@", () => `:\${env:${passwordVariable(node)}}@`);
}
