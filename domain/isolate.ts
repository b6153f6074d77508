/** Letters of scripts that run from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * Somebody's text as it may stand within a line of ours: a Hebrew or Arabic one in an isolate of its own direction, so
 * that it turns nothing of what stands around it. Text from left to right stays as it is. Where there are elements, `<bdi>`
 * does the same.
 */
export function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** The text as it was before it was isolated: for what compares, cuts or edits it. */
export function withoutIsolates(text: string): string {
  return text.replace(/[\u2068\u2069]/g, '');
}
