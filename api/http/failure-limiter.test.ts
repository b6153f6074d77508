import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { FailureLimiter } from './failure-limiter.ts';

test('of many attempts in the same moment, any number succeed, and no more fail than may', async () => {
  const wrong = new Error('wrong');
  const limiter = new FailureLimiter({ points: 3, duration: 60 });
  const tryAll = (key: string, isWrong: (index: number) => boolean) =>
    Promise.all(
      Array.from({ length: 90 }, async (_, index) => {
        const attempt = async () => {
          await setImmediate();
          if (isWrong(index)) throw wrong;
          return 'right';
        };
        return limiter
          .run(key, attempt, (error) => error === wrong)
          .catch((error: unknown) => (error instanceof ApiError ? error.code : 'wrong'));
      }),
    );
  const counted = (outcomes: readonly string[]) =>
    Object.fromEntries(
      [...Map.groupBy(outcomes, (outcome) => outcome)].map(([name, of]) => [name, of.length]),
    );
  expect(counted(await tryAll('a group', () => false))).toEqual({ right: 90 });
  expect(counted(await tryAll('a guesser', () => true))).toEqual({ wrong: 3, too_many_requests: 87 });
  expect(counted(await tryAll('a group', (index) => index % 45 === 0))).toEqual({ right: 88, wrong: 2 });
  const mixed = counted(await tryAll('both', (index) => index % 10 === 9));
  expect(mixed).toMatchObject({ wrong: 3 });
  expect(Object.keys(mixed).toSorted()).toEqual(['right', 'too_many_requests', 'wrong']);
});
