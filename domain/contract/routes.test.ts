import { expect, test } from 'vitest';
import { ROUTE_NAMES, ROUTES } from './routes.ts';
import type { RouteContract } from './route.ts';

test('a PATCH changes what is given and nothing else: its body has no default and no field that must be given', () => {
  const patches = ROUTE_NAMES.filter((name) => name.startsWith('PATCH '));
  expect(patches.length).toBeGreaterThanOrEqual(3);
  for (const name of patches) {
    const { body } = ROUTES[name] as RouteContract;
    expect(body!.parse({}), name).toEqual({});
  }
});
