/** The word that was probably meant. */

/** The candidate that is at most two slips of the finger away from `word`, or the only one with the same first letters, if there is one. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = word.length < 4 ? 1 : 2;
  const ranked = candidates
    .map((candidate) => ({ candidate, slips: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ slips }) => slips <= limit)
    .sort((left, right) => left.slips - right.slips);
  const begun = candidates.filter((candidate) => word.length >= 3 && candidate.startsWith(word.slice(0, 3)));
  return ranked[0]?.candidate ?? (begun.length === 1 ? begun[0] : undefined);
}

/** A hint for `nearest`, ready to spread into a problem; empty when nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): { hint?: string } {
  const meant = nearest(word, candidates);
  return meant === undefined ? {} : { hint: `Did you mean "${meant}"?` };
}

/** Insertions, deletions, replacements and swaps of neighbours between two words. */
function distance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= left.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(left.length, right.length);
}
