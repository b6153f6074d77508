/** Browser features newer than the oldest browsers we support, from MDN's compatibility data. */

import bcd, { type CompatStatement, type Identifier } from '@mdn/browser-compat-data' with { type: 'json' };
import { BROWSER_FLOOR } from '../../web/browser-floor.ts';

/** A browser API name that at least one of the oldest supported browsers lacks. */
export interface NewFeature {
  /** The global object it belongs to; undefined if it is a global itself. */
  readonly owner: string | undefined;
  readonly name: string;
  /** A static member is on the global, any other on its prototype. MDN does not say which for JavaScript built-ins. */
  readonly isStatic: boolean | undefined;
}

/** Globals and their members that are newer than the browser floor, or missing on plain http. */
export function newFeatures(): NewFeature[] {
  return [
    ...featuresOf(bcd.javascript.builtins!).map((feature) => ({ ...feature, isStatic: undefined })),
    ...featuresOf(bcd.api),
    // Older than the floor, but missing on plain http, which MDN mentions only in a note.
    { owner: 'Crypto', name: 'randomUUID', isStatic: false },
  ];
}

/** Whether a CSS property, at-rule or selector is newer than the floor; undefined if MDN has no entry for it. */
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
      // Entries that are not members: "@@iterator", "secure_context_required", "load_event".
      if (!feature.__compat || !/^[a-z][A-Za-z0-9]*(_static)?$/.test(member) || member === owner) return [];
      if (!isNew(feature.__compat) && !isSecureOnly(feature)) return [];
      return [{ owner, name: member.replace(/_static$/, ''), isStatic: member.endsWith('_static') }];
    });
  });
}

/** The entries nested in `whole`, by name, without the data about `whole` itself. */
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
