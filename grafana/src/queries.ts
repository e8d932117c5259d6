/** Queries that a node's dashboard and its link's have in common. */
import type { Query } from "./panels.ts";

/** What the subscriber did not take. */
export const notTaken = (matcher: string): readonly Query[] => [
  { expression: `max(tributary_subscription_parked_rows{${matcher}})`, legend: "parked rows" },
  { expression: `max(tributary_subscription_refused_commands{${matcher}})`, legend: "refused commands" },
  { expression: `max(tributary_subscription_impostures{${matcher}})`, legend: "impostures" },
];

/** What the engine counts. */
export const failed = (matcher: string): readonly Query[] => [
  {
    expression: `max(increase(tributary_subscription_apply_errors_total{${matcher}}[$__rate_interval]))`,
    legend: "could not be applied",
  },
  {
    expression: `max by (type) (increase(tributary_subscription_conflicts_total{${matcher}}[$__rate_interval]))`,
    legend: "conflict: {{type}}",
  },
];

export const tablesByState = (matcher: string): Query => ({
  expression: `max by (state) (tributary_subscription_tables{${matcher}})`,
  legend: "tables {{state}}",
});
