import { expect, test } from 'vitest';
import { markFromConnection } from '../../../db/database-away.ts';
import { noteTrouble, tellingTrouble } from './database-trouble.ts';

const lost = new Error('Connection terminated unexpectedly');
markFromConnection(lost);
const adapter = noteTrouble({
  lose: async () => Promise.reject(lost),
  refuse: async () => Promise.reject(new Error('duplicate key')),
});

test.each<[string, (error: unknown) => unknown]>([
  ['a success', () => new Response()],
  ['a refusal', () => new Response(null, { status: 422 })],
  ['a failure', () => new Response(null, { status: 500 })],
  [
    'an error of its own',
    () => {
      throw new Error('failed to create user');
    },
  ],
])('a call that better-auth ends with %s tells that the database was away', async (_name, end) => {
  await expect(tellingTrouble(async () => adapter.lose().catch(end))).rejects.toBe(lost);
  const refused = await tellingTrouble(async () => adapter.refuse().catch(end)).catch(
    (error: unknown) => error,
  );
  expect(refused).not.toBe(lost);
});
