/** Compares lists of names. */

/** Same names in the same order; null is as good as absent. */
export function sameList(
  left: readonly string[] | null | undefined,
  right: readonly string[] | null | undefined,
): boolean {
  if (left == null || right == null) return left == null && right == null;
  return left.length === right.length && left.every((name, at) => name === right[at]);
}
