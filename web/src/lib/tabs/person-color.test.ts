import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { aTab, aViewer } from './tab-builder.ts';
import { peopleIn } from './people.ts';
import { personColor } from './person-color.ts';
import { peopleOf, peopleOfRound } from './round/people-of.ts';

const css = readFileSync(new URL('./person-colors.css', import.meta.url), 'utf8');

/** The relative luminance of `#rrggbb`, as WCAG 2 defines it. */
function luminanceOf(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
function contrastOf(left: string, right: string): number {
  const [dark, light] = [luminanceOf(left), luminanceOf(right)].toSorted((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

test('initials are readable on every color, in light and dark', () => {
  const colors = [...css.matchAll(/--person: (#\w{6});\s+--on-person: (#\w{6});/g)];
  expect(colors).toHaveLength(16);
  for (const [, color, text] of colors) expect(contrastOf(color!, text!), color).toBeGreaterThanOrEqual(4.5);
});

test('somebody has one color: on the page of the tab and on those of its rounds, also when others have left', () => {
  const people = ['ada', 'ben', 'cleo'].map((id) => ({
    ...aTab().participants[0]!,
    ...{ id, name: id, hasLeft: id === 'ada' },
  }));
  const tab = aTab({ participants: people });
  const shown = peopleIn(tab, aViewer(), { here: new Set(), choosing: new Set() });
  expect(shown.map(({ place }) => personColor(place))).toEqual(['person-1', 'person-2']);
  const ofRound = peopleOf(tab.participants);
  for (const { id, place } of shown) expect(ofRound.get(id)!.place).toBe(place);
  // Her round's page may know the round first: she has no color then, and no other one.
  const round = { participants: people.slice(1), tab: { id: 'the tab' } };
  expect(personColor(peopleOfRound(round, undefined).get('ben')!.place)).toBe('person-unknown');
  expect(peopleOfRound(round, tab.participants).get('ben')!.place).toBe(1);
  expect(peopleOfRound(round, undefined).get('ben')!.place).toBe(1);
});
