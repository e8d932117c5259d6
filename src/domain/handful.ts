/** How many rows may go from a tier above without a question. */

/** So many rows of a node, or one in a hundred of those that are there, whichever is more. */
export const HANDFUL = 20;
export const SHARE = 0.01;
