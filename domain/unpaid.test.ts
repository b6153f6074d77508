import { expect, test } from 'vitest';
import { boundsOfGroup, mostHeld, mostHeldByGroup } from './unpaid.ts';

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

test.each([
  [1, 60, 50],
  [2, 120, 75],
  [50, 300, 75],
])('%i people who order together may leave %i pieces unpaid, and %i of 100', (people, pieces, ofOne) => {
  expect(boundsOfGroup(bounds, people)).toEqual({ ...bounds, piecesPerGuest: pieces });
  expect(mostHeldByGroup(100, bounds, people)).toEqual({ perGuest: ofOne, perNetwork: 75 });
  // A shop may allow a guest more than a network.
  const generous = { ...bounds, piecesPerNetwork: 20 };
  expect(boundsOfGroup(generous, people).piecesPerGuest).toBe(60);
});
