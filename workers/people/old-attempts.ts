import type { Database } from '../../db/database.ts';
import { deleteOldAttempts } from '../../db/users/people/attempts.ts';
import type { Job } from '../operations/jobs.ts';

/** Deletes expired counts of sign-in attempts, every hour: they have no effect any more. */
export function createOldAttemptsJob(users: Database): Job {
  return {
    name: 'old_attempts',
    everyMs: 60 * 60_000,
    failure: 'old attempts could not be deleted',
    run: () => deleteOldAttempts(users),
  };
}
