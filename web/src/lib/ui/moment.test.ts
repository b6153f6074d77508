import { expect, it } from 'vitest';
import { momentText } from './moment.ts';

const now = new Date(2026, 10, 23, 18, 0);

it('says a moment as shortly as it stays clear', () => {
  expect(momentText(new Date(2026, 10, 23, 12, 29).toISOString(), now)).toMatch(/^Today, 12:29\sPM$/);
  expect(momentText(new Date(2026, 10, 22, 9, 5).toISOString(), now)).toMatch(/^Nov 22, 9:05\sAM$/);
  expect(momentText(new Date(2025, 0, 2, 9, 5).toISOString(), now)).toMatch(/^Jan 2, 2025, 9:05\sAM$/);
});
