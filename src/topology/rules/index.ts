/** All rules. A new one is a function and a line here. */
import { databasesDiffer, neighboursDoNotShareACluster } from "./databases.ts";
import { namesAreSound, nodeNamesDiffer, nodeNamesFit, setNamesDiffer, setNamesFit } from "./names.ts";
import type { Rule } from "./rule.ts";
import { rootHasNoLinkToCompare, schedulesAreSound } from "./schedules.ts";
import {
  columnsDiffer,
  filtersAreSound,
  relationNamesDiffer,
  setsHaveTables,
  sharedRowsAreCompared,
  tableNamesAreSound,
  tablesAreTheApplications,
  tablesStandInOneSet,
} from "./tables.ts";
import {
  exactlyOneRoot,
  knownSets,
  knownTiers,
  knownUpstreams,
  noCycle,
  rootSendsNothing,
  setsOfNodeDiffer,
  tiersDiffer,
  upstreamTierIsAbove,
} from "./tree.ts";

export const rules: readonly Rule[] = [
  tiersDiffer,
  namesAreSound,
  setNamesDiffer,
  setNamesFit,
  setsHaveTables,
  tableNamesAreSound,
  tablesAreTheApplications,
  tablesStandInOneSet,
  relationNamesDiffer,
  columnsDiffer,
  filtersAreSound,
  sharedRowsAreCompared,
  exactlyOneRoot,
  nodeNamesDiffer,
  nodeNamesFit,
  knownTiers,
  knownUpstreams,
  knownSets,
  setsOfNodeDiffer,
  rootSendsNothing,
  upstreamTierIsAbove,
  noCycle,
  databasesDiffer,
  neighboursDoNotShareACluster,
  schedulesAreSound,
  rootHasNoLinkToCompare,
];
