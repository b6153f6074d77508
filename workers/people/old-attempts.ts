import type { Database } from '../../db/database.ts';
import { deleteOldAttempts } from '../../db/users/people/attempts.ts';
import type { Job } from '../operations/jobs.ts';

/** Deletes the counts of tries to sign in that are over, every hour: they count as nothing, whether they are there or not. */
export function createOldAttemptsJob(users: Database): Job {
  return {
    name: 'old_attempts',
    everyMs: 60 * 60_000,
    failure: 'old attempts could not be deleted',
    run: () => deleteOldAttempts(users),
  };
}
