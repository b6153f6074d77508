/**
 * The oldest browsers that the pages work in: all of December 2023 and later, so nothing that is younger than 35
 * months is relied on (docs/browsers.md). The build lowers syntax and styles to it; `test/browser-floor.test.ts` finds what cannot be
 * lowered, and orders in a browser from which everything newer was taken.
 */
export const BROWSER_FLOOR = {
  chrome: '111',
  edge: '111',
  firefox: '121',
  safari: '16.4',
  safari_ios: '16.4',
} as const;

/** The same, as the bundler names its targets. */
export const BUILD_TARGETS = ['chrome111', 'edge111', 'firefox121', 'safari16.4', 'ios16.4'];
