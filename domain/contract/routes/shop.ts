/** Routes that a page calls first, and those for operations. */

import { z } from 'zod';
import type { RouteTable } from '../route.ts';
import { publicConfigSchema } from '../shop.ts';

export const shopRoutes = {
  'GET /api/config': {
    tag: 'Operations',
    summary: 'What a page needs to know before anything else',
    permission: 'shop.read',
    answers: { 200: publicConfigSchema },
  },
  'GET /api/health/live': {
    tag: 'Operations',
    summary: 'The process answers',
    permission: 'shop.read',
    answers: { 200: z.strictObject({ status: z.literal('live') }) },
  },
  'GET /api/health/ready': {
    tag: 'Operations',
    summary: 'Orders can be taken: databases, Temporal, its search attributes and a polling worker are there',
    permission: 'shop.read',
    answers: {
      200: z.strictObject({ status: z.literal('ready'), checks: z.record(z.string(), z.boolean()) }),
    },
    errors: ['try_again'],
  },
  'GET /api/openapi.json': {
    tag: 'Operations',
    summary: 'This document',
    permission: 'shop.read',
    answers: { 200: z.record(z.string(), z.unknown()) },
  },
} as const satisfies RouteTable;
