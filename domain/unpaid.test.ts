import { expect, test } from 'vitest';
import { mostHeld } from './unpaid.ts';

const bounds = {
  ordersPerGuest: 3,
  piecesPerGuest: 60,
  ordersPerNetwork: 60,
  piecesPerNetwork: 300,
  stockPercent: 50,
};

test.each([
  [100, 50, 75],
  [21, 10, 15],
  [8, 6, 6],
  [0, 6, 6],
])('of %i pieces a guest may hold %i unpaid, and a network %i', (onSale, perGuest, perNetwork) => {
  expect(mostHeld(onSale, bounds)).toEqual({ perGuest, perNetwork });
});
