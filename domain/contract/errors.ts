/** The form of every error. */

import { z } from 'zod';
import { ERROR_CODES } from '../failures.ts';

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(ERROR_CODES),
    /** A sentence for people. */
    message: z.string(),
    details: z.unknown().optional(),
  }),
});
