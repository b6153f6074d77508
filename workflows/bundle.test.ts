import { expect, test } from 'vitest';
import { bundleWorkflows } from '../workers/worker.ts';

test('no zod schema gets into what every cached workflow carries', async () => {
  const { code } = await bundleWorkflows();
  expect(code).toContain('workflows/order.ts');
  expect(code).not.toContain('node_modules/zod/');
  expect(code).not.toContain('domain/contract/');
});
