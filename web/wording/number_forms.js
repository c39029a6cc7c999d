/** Numbers as the people of a language write them. Only what is shown: saved files have them as programs do. */

/** @import { Estimate } from "../protocol.js" */

/** Between a number and its unit: no line ends there. */
export const gap = "\u00a0";

/** @param {string} locale "en", "de", … */
export function numbersIn(locale) {
  const forms = (/** @type {Intl.NumberFormatOptions} */ options) => new Intl.NumberFormat(locale, options).format;
  const whole = forms({ maximumFractionDigits: 0 });
  const fixed = (/** @type {number} */ digits) => forms({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [tenths, thousandths] = [1, 3].map(fixed);
  const threeDigits = forms({ maximumSignificantDigits: 3 });

  /**
   * A probability or a threshold in whole percent, below 10 % with one decimal: thresholds lie there. The record has all digits.
   * tools/call_text.cpp writes it in the same way.
   * @param {number} probability 0 … 1
   */
  function percent(probability) {
    const perMille = Math.round(1000 * probability);
    if (perMille < 1) return `<${tenths(0.1)}${gap}%`;
    if (perMille < 100) return `${tenths(perMille / 10)}${gap}%`;
    if (probability > 0.99) return `>99${gap}%`;
    return `${Math.round(probability * 100)}${gap}%`;
  }

  return {
    percent,

    /**
     * Two that are compared, with as many more decimals as tell them apart.
     * @param {number} one @param {number} other 0 … 1
     * @returns {[string, string]}
     */
    apart(one, other) {
      let shown = [one, other].map(percent);
      for (let digits = 2; shown[0] === shown[1] && digits <= 4; digits++) shown = [one, other].map((share) => `${fixed(digits)(100 * share)}${gap}%`);
      return /** @type {[string, string]} */ (shown);
    },

    /** A count, or a number with up to three decimals. @param {number} count */
    number: (count) => forms({})(count),

    /** A share that was counted, in whole percent. @param {number} share 0 … 1 */
    share: (share) => `${whole(100 * share)}${gap}%`,

    /** The end of a scale: up to three digits. @param {number} share */
    exactPercent: (share) => `${threeDigits(100 * share)}${gap}%`,

    /** @param {number} ms */
    duration(ms) {
      if (ms >= 1000) return `${tenths(ms / 1000)}${gap}s`;
      return ms >= 10 ? `${whole(ms)}${gap}ms` : `${tenths(ms)}${gap}ms`;
    },

    /**
     * A measured share with one decimal and its 95 % interval.
     * @param {Estimate} estimate
     */
    interval({ value, lower, upper }) {
      const [middle, from, to] = [value, lower, upper].map((share) => tenths(100 * share));
      return `${middle}${gap}% (${from} – ${to})`;
    },

    /** Women of 1,000, with the 95 % interval. @param {Estimate} of */
    estimated: ({ value, lower, upper }) => `${whole(value)} (${whole(lower)} – ${whole(upper)})`,

    /** A measured number, three digits. @param {number} value */
    decimal: (value) => thousandths(value),

    /**
     * A measured number with its 95 % interval. Those from 0 to 1 may be areas or shares: as they are, three digits.
     * @param {Estimate} figure
     */
    figure: ({ value, lower, upper }) => `${thousandths(value)} (${thousandths(lower)} – ${thousandths(upper)})`,
  };
}
