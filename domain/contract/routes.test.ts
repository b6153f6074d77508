import { expect, test } from 'vitest';
import { z } from 'zod';
import { ROUTE_NAMES, ROUTES } from './routes.ts';

test('a PATCH changes what is given and nothing else: no field of its body is made up where it is left out', () => {
  const patches = ROUTE_NAMES.filter((name) => name.startsWith('PATCH '));
  expect(patches.length).toBeGreaterThanOrEqual(3);
  for (const name of patches) {
    const { body } = ROUTES[name] as { body?: z.ZodType };
    const { shape } = z.instanceof(z.ZodObject).parse(body);
    for (const [field, schema] of Object.entries(shape)) {
      const read = schema.safeParse(undefined);
      if (read.success) expect(read.data, `${name}: ${field}`).toBeUndefined();
    }
  }
});
