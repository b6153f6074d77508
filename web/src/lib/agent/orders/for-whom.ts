import { staffTabs } from '#messages';

/** More names than these say less than that it is for everyone. */
const MOST_NAMES = 3;

/** Returns for whom a line of a group's order is: all who share it. Undefined for an order of one person. */
export function forWhom(
  line: { readonly participantId: string; readonly sharedBetween: readonly string[] },
  people: readonly { readonly id: string; readonly name: string }[],
): string | undefined {
  if (people.length < 2) return undefined;
  const ids = new Set(line.sharedBetween.length > 0 ? line.sharedBetween : [line.participantId]);
  const names = people.filter(({ id }) => ids.has(id)).map(({ name }) => name);
  if (names.length === 0) return undefined;
  if (names.length === people.length && names.length > MOST_NAMES) return staffTabs.forAll();
  return staffTabs.forWhom({ names: names.join(', ') });
}
