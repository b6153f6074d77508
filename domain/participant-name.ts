/** The names of the people in a tab: how two with the same name are shown apart. */

import { LIMITS } from './limits.ts';
import { cleanLine } from './text.ts';

/**
 * Returns the name under which somebody is shown beside the `others`: hers, or with the next free number, as in `Mia
 * 2`. It is decided when she joins or is renamed, and stays when another Mia leaves. Expects
 * names that the contract's `text` has cleaned.
 */
export function nameApart(name: string, others: readonly string[]): string {
  const taken = new Set(others.map(sameName));
  if (!taken.has(sameName(name))) return name;
  const base = name.replace(/ \d{1,3}$/, '');
  for (let number = 2; ; number += 1) {
    const suffix = ` ${number}`;
    const shown = shorten(base, LIMITS.nameLength - suffix.length) + suffix;
    if (!taken.has(sameName(shown))) return shown;
  }
}

/** `mia`, `MIA` and a Mía in letters of another width are one name to the eye or ear. */
function sameName(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Shortens by whole characters, so that no half of one is left. */
function shorten(name: string, length: number): string {
  const characters = Array.from(name);
  while (characters.join('').length > length) characters.pop();
  return cleanLine(characters.join(''));
}
