/** Medians and ratios of interleaved rounds. */

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * One line: both medians and the median of the rounds' ratios, with their range.
 * @param {string} what
 * @param {number[]} ours a median a round, milliseconds
 * @param {number[]} theirs of the same rounds
 * @param {number} goal ours / theirs at most
 */
export function compare(what, ours, theirs, goal) {
  const ratios = ours.map((value, i) => value / theirs[i]);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  const figures = `${median(ours).toFixed(2)} ms against ${median(theirs).toFixed(2)} ms`;
  const ratio = median(ratios);
  const verdict = ratio <= goal ? "met" : "MISSED";
  return `${what}: ${figures}, ratio ${ratio.toFixed(2)} (${low.toFixed(2)} – ${high.toFixed(2)}), goal ${goal}: ${verdict}`;
}
