/**
 * The oldest browsers that the pages support: those of December 2023 and later, so nothing younger than 35 months is
 * used (docs/browsers.md). The build lowers syntax and styles to it. `test/browser-floor.test.ts` finds what cannot be
 * lowered, and orders in a browser without any newer feature.
 */
export const BROWSER_FLOOR = {
  chrome: '111',
  edge: '111',
  firefox: '121',
  safari: '16.4',
  safari_ios: '16.4',
} as const;

/** The same versions as bundler targets. */
export const BUILD_TARGETS = ['chrome111', 'edge111', 'firefox121', 'safari16.4', 'ios16.4'];
