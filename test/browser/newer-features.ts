/** What browsers have learnt after our floor, from MDN's tables of who supports what since when. */

import bcd, { type CompatStatement, type Identifier } from '@mdn/browser-compat-data' with { type: 'json' };
import { BROWSER_FLOOR } from '../../web/browser-floor.ts';

/** A name in the browser that not every browser of the floor has. */
export interface NewFeature {
  /** The global object it belongs to; undefined for a global itself. */
  readonly owner: string | undefined;
  readonly name: string;
  /** A static member is the global's own, another one its prototype's. The tables do not tell of JavaScript's. */
  readonly isStatic: boolean | undefined;
}

/** Globals, members of global objects, and what plain http does not have, all of them newer than the floor. */
export function newFeatures(): NewFeature[] {
  return [
    ...featuresOf(bcd.javascript.builtins!).map((feature) => ({ ...feature, isStatic: undefined })),
    ...featuresOf(bcd.api),
    // Older than the floor, but missing on plain http, which MDN has as a note.
    { owner: 'Crypto', name: 'randomUUID', isStatic: false },
  ];
}

/** Whether a property, at-rule or selector of CSS is newer than the floor; undefined where MDN does not know it. */
export function isNewCss(kind: 'properties' | 'at-rules' | 'selectors', name: string): boolean | undefined {
  const compat = bcd.css[kind]?.[name]?.__compat;
  return compat && isNew(compat);
}

function featuresOf(globals: Identifier): NewFeature[] {
  return partsOf(globals).flatMap(([owner, global]) => {
    if (!global.__compat) return [];
    if (isNew(global.__compat) || isSecureOnly(global))
      return [{ owner: undefined, name: owner, isStatic: false }];
    return partsOf(global).flatMap(([member, feature]): NewFeature[] => {
      // Features that are no members: "@@iterator", "secure_context_required", "load_event".
      if (!feature.__compat || !/^[a-z][A-Za-z0-9]*(_static)?$/.test(member) || member === owner) return [];
      if (!isNew(feature.__compat) && !isSecureOnly(feature)) return [];
      return [{ owner, name: member.replace(/_static$/, ''), isStatic: member.endsWith('_static') }];
    });
  });
}

/** What is told of within `whole`, by name; what is told of `whole` itself is left out. */
function partsOf(whole: Identifier): [string, Identifier][] {
  return Object.entries(whole).filter(([name]) => name !== '__compat') as [string, Identifier][];
}

function isSecureOnly(feature: Identifier): boolean {
  return feature['secure_context_required'] !== undefined;
}

function isNew({ support }: CompatStatement): boolean {
  return Object.entries(BROWSER_FLOOR).some(([browser, floor]) => {
    const statements = support[browser as keyof typeof BROWSER_FLOOR];
    const added = [statements ?? []]
      .flat()
      .filter(({ flags, alternative_name }) => !flags && !alternative_name)
      .map(({ version_added }) => version_added);
    return !added.some((version) => typeof version === 'string' && isAtMost(version, floor));
  });
}

function isAtMost(version: string, floor: string): boolean {
  const parts = (text: string) => text.replace('≤', '').split('.').map(Number);
  const [left, right] = [parts(version), parts(floor)];
  const difference = left[0]! - right[0]! || (left[1] ?? 0) - (right[1] ?? 0);
  return difference <= 0;
}
