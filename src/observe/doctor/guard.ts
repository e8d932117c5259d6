/** Trust between neighbours: the guard against commands from below, and sets that carry more than outboxes. Pure. */
import { subscriptionName } from "../../domain/names.ts";
import { SCHEMA_VERSION } from "../../domain/schema-version.ts";
import type { Problem } from "../../domain/step.ts";
import { strayCargo, strayTakings } from "../../domain/strays.ts";
import { type Topology, enginesAt } from "../../domain/topology.ts";
import { literal } from "../../postgres/quote.ts";
import type { Patient } from "./examine.ts";
import { error, listed, warning } from "./problem.ts";

/** Of every node that was seen. */
export function checkTrust(topology: Topology, patients: ReadonlyMap<string, Patient>): readonly Problem[] {
  return [...patients.values()].flatMap((patient) => [
    ...checkGuard(patient),
    ...checkSets(topology, patient),
    ...(enginesAt(topology, patient.node.name).includes("pglogical") ? checkExtension(patient) : []),
    ...checkPasswords(patient),
  ]);
}

/** Where this program's schema is: apply makes the others. */
function checkGuard({ node, state: { tributary } }: Patient): readonly Problem[] {
  if (tributary?.version !== SCHEMA_VERSION || tributary.isGuarded) return [];
  return [
    error({
      code: "not-guarded",
      node: node.name,
      message:
        'the trigger "tributary_guard" of table "pglogical.queue", or the event trigger "tributary_guard_subscriptions", is missing, disabled or altered: nodes below could have their SQL run here, or write tables of their choice.',
      fix: "SELECT tributary.guard();",
      fixIsSafeSql: true,
    }),
  ];
}

const CLOSE = "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pglogical FROM PUBLIC;";
const USE = "GRANT USAGE ON SCHEMA pglogical TO PUBLIC;";

/**
 * Stock pglogical: who may not use its schema cannot drop anything, and who may can call all its functions. Where apply made
 * the extension, the same two statements are a step of it.
 */
function checkExtension({ node, state }: Patient): readonly Problem[] {
  const { pglogicalRights: rights, tributary } = state;
  if (rights === undefined) return [];
  const isOurs = state.madeExtension === true || tributary?.madeExtension === true;
  const at = {
    node: node.name,
    fix: [...(rights.isOpen ? [CLOSE] : []), USE].join("\n"),
    fixIsSafeSql: isOurs,
  };
  return [
    ...(rights.isOpen
      ? [
          warning({
            ...at,
            code: "pglogical-open",
            message:
              "pglogical's functions are everybody's, need to be nobody's: whoever may use the schema can pause and create subscriptions, queue commands, read tables and connection strings.",
          }),
        ]
      : []),
    ...(rights.shutOut.length > 0
      ? [
          error({
            ...at,
            code: "pglogical-shuts-out",
            message: `${listed(rights.shutOut)} may not use schema pglogical, and so cannot drop anything in this database, not even a temporary table of ${rights.shutOut.length === 1 ? "its" : "their"} own.`,
          }),
        ]
      : []),
  ];
}

/** Connection strings that nobody connects by any more, with a password. */
function checkPasswords({ node, state: { keptPasswords = [], tributary } }: Patient): readonly Problem[] {
  return keptPasswords.map(({ engineNode, interface: name, isLocal, place }) =>
    warning({
      node: node.name,
      code: "password-kept",
      message: `pglogical.node_interface keeps a password in interface "${name}" of pglogical's node "${engineNode}", which nobody connects by.`,
      fix:
        isLocal && tributary?.madeNode !== true
          ? `Unless a subscription of yours makes first copies: UPDATE pglogical.node_interface SET if_dsn = ${literal(place)} WHERE if_name = ${literal(name)};`
          : "tributary apply takes it out.",
    }),
  );
}

/** What a stream of ours holds besides outboxes, as each end sees it. */
function checkSets({ project, sets }: Topology, { state }: Patient): readonly Problem[] {
  const names = sets.map(({ name }) => name);
  const stem = subscriptionName(project, "");
  return [
    ...strayCargo(project, names, state),
    ...state.subscriptions
      .filter(({ name }) => name.startsWith(stem))
      .flatMap((found) => strayTakings(project, names, state, found)),
  ];
}
