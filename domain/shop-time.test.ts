import { expect, test } from 'vitest';
import { createShopTime } from './shop-time.ts';

const berlin = createShopTime('Europe/Berlin', 'Europe/Paris');
const now = new Date('2026-11-23T17:00:00Z');

test('a moment is as short as it stays clear, a document has it whole', () => {
  expect(berlin.moment('2026-11-23T11:29:05Z', now)).toBe('Today, 12:29');
  expect(berlin.moment('2026-11-22T08:05:00Z', now)).toBe('22 Nov, 09:05');
  expect(berlin.moment('2025-01-02T08:05:00Z', now)).toBe('2 Jan 2025, 09:05');
  expect(berlin.time('2026-11-23T11:29:05Z')).toBe('12:29');
  expect(berlin.second('2026-11-23T11:29:05Z')).toBe('12:29:05');
  expect(berlin.whole('2026-11-23T11:29:05Z')).toBe('23 November 2026 at 12:29 CET');
  expect(berlin.whole('2026-07-23T11:29:05Z')).toBe('23 July 2026 at 13:29 CEST');
});

test('each language writes times as its readers do', () => {
  const french = createShopTime('Europe/Berlin', 'Europe/Paris', 'fr');
  expect(french.moment('2026-11-23T11:29:05Z', now)).toBe('Aujourd’hui, 12:29');
  expect(french.moment('2026-11-22T08:05:00Z', now)).toBe('22 nov., 09:05');
  expect(french.whole('2026-11-23T11:29:05Z')).toMatch(/^23 novembre 2026 à 12:29 /);
  expect(french.hour(now)).toBe(18);
  const german = createShopTime('Europe/Berlin', 'Europe/Paris', 'de');
  expect(german.moment('2026-11-23T11:29:05Z', now)).toBe('Heute, 12:29');
  expect(german.whole('2026-11-23T11:29:05Z')).toBe('23. November 2026 um 12:29 MEZ');
  expect(german.hour(now)).toBe(18);
});

test('days and years are the shop’s, wherever somebody reads of them', () => {
  const tokyo = createShopTime('Asia/Tokyo', 'Asia/Tokyo');
  expect(tokyo.moment('2026-11-22T15:30:00Z', now)).toBe('23 Nov, 00:30');
  expect(tokyo.moment('2026-11-23T15:30:00Z', new Date('2026-11-23T16:00:00Z'))).toBe('Today, 00:30');
  expect(tokyo.moment('2025-12-31T15:30:00Z', new Date('2026-01-05T00:00:00Z'))).toBe('1 Jan, 00:30');
});

test('who reads it where clocks show another time is told the zone, and nobody else', () => {
  const abroad = createShopTime('Europe/Berlin', 'America/New_York');
  expect(abroad.time('2026-11-23T11:29:05Z')).toBe('12:29 CET');
  expect(abroad.moment('2026-11-23T11:29:05Z', now)).toBe('Today, 12:29 CET');
  // Lagos has Berlin's winter time all year round.
  const lagos = createShopTime('Europe/Berlin', 'Africa/Lagos');
  expect(lagos.time('2026-11-23T11:29:05Z')).toBe('12:29');
  expect(lagos.time('2026-07-23T11:29:05Z')).toBe('13:29 CEST');
});

test('whether two times are on one day of the shop’s', () => {
  expect(berlin.isSameDay('2026-11-22T23:30:00Z', now)).toBe(true);
  expect(berlin.isSameDay('2026-11-22T22:30:00Z', now)).toBe(false);
});
