/** Whom a table belongs to that is made above, and what keeps it from being made. */
import { tablesRole } from "../domain/names.ts";
import type { ReachableNode } from "../domain/state.ts";
import type { Problem, TableOwner } from "../domain/step.ts";
import { relationName, type Node, type TableRule } from "../domain/topology.ts";
import type { Prospect } from "./outlook.ts";
import type { Site, Survey } from "./survey.ts";
import { quoted } from "./wording.ts";

/** The role that the topology names; else the owner of the table's schema, unless that is a superuser; else one of ours. */
export function tableOwner(
  project: string,
  { tableOwner: named }: Node,
  { owners }: ReachableNode,
  { schema }: TableRule,
): TableOwner {
  if (named !== undefined) return { role: named, isOurs: named === tablesRole(project) };
  const found = owners?.schemas[schema];
  const isFit = found !== undefined && !found.isSuperuser && !isReserved(project, found.name);
  return isFit ? { role: found.name, isOurs: false } : { role: tablesRole(project), isOurs: true };
}

/** Roles that the server or the rest of Tributary needs for itself. */
function isReserved(project: string, role: string): boolean {
  const ours = tablesRole(project);
  return role !== ours && (role.startsWith("pg_") || role.startsWith(ours.replace(/tables$/u, "")));
}

/** Types of these are PostgreSQL's own to give: its contributed extensions that any owner of a database may make. */
const TRUSTED = ["citext", "cube", "hstore", "isn", "ltree", "seg"];

/** What keeps a missing table from being made at a node. */
export function hindrances(
  { topology }: Survey,
  { node, state }: Site,
  rule: TableRule,
  { table, from }: Prospect,
): readonly Problem[] {
  const lost = `Not planned: table "${relationName(rule)}" there, and any set that it is in.`;
  const problem = (code: string, message: string, fix: string): Problem => ({
    code,
    node: node.name,
    severity: "error",
    message: `${message} ${lost}`,
    fix,
    fixIsSafeSql: false,
  });
  return [
    ...ownerFaults(topology.project, node, state).map(([code, message, fix]) => problem(code, message, fix)),
    ...table.blueprint.extensions
      .filter(({ name }) => !TRUSTED.includes(name) && state.server.installedExtensions[name] === undefined)
      .map(({ name }) =>
        problem(
          "extension-missing",
          `table "${relationName(rule)}" as at "${from}" has a type of the extension ${JSON.stringify(name)}, which is not here and is not made unasked.`,
          `If you want it: create extension ${quoted(name)};`,
        ),
      ),
  ];
}

function ownerFaults(
  project: string,
  { tableOwner: name }: Node,
  { owners }: ReachableNode,
): readonly (readonly [code: string, message: string, fix: string])[] {
  if (name === undefined || name === tablesRole(project)) return [];
  if (isReserved(project, name))
    return [
      [
        "table-owner-reserved",
        `"table_owner" is role "${name}", which is not for owning tables.`,
        'Name an ordinary role in "table_owner", or take the key out of the topology file.',
      ],
    ];
  if (owners === undefined) return [];
  if (owners.named === undefined)
    return [
      [
        "table-owner-missing",
        `"table_owner" is role "${name}", which is not there.`,
        `create role ${quoted(name)} nologin;`,
      ],
    ];
  if (owners.named.isSuperuser)
    return [
      [
        "table-owner-superuser",
        `"table_owner" is role "${name}", which is a superuser or may become one: what a table calls would run with its rights.`,
        'Name a role that is no superuser in "table_owner".',
      ],
    ];
  return [];
}
