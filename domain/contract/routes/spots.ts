/** Routes of the shop's spots. */

import { pageOf } from '../fields.ts';
import {
  createSpotSchema,
  spotAnswer,
  spotForStaffAnswer,
  spotForStaffSchema,
  spotSchema,
  spotsQuerySchema,
  updateSpotSchema,
} from '../places.ts';
import type { RouteTable } from '../route.ts';
import { z } from 'zod';

export const spotRoutes = {
  'GET /api/spots': {
    isRead: true,
    tag: 'Shop',
    summary: 'The tables, lanes and counters that orders are brought to, or collected at',
    description:
      '`all=true`, for those who may change spots, has those out of use, too, and what the code of each opens.',
    permission: 'menu.read',
    query: spotsQuerySchema,
    answers: { 200: pageOf(z.union([spotForStaffSchema, spotSchema])) },
    errors: ['unauthenticated', 'forbidden'],
  },
  'GET /api/spots/:code': {
    isRead: true,
    tag: 'Shop',
    summary: 'The spot of a printed code',
    description: 'Says where it is, and nothing of what was ordered there.',
    permission: 'menu.read',
    answers: { 200: spotAnswer },
    errors: ['not_found', 'spot_not_in_use'],
  },
  'POST /api/spots': {
    tag: 'Shop',
    summary: 'Add a spot; its code is made here and never changes',
    permission: 'spots.change',
    body: createSpotSchema,
    answers: { 201: spotForStaffAnswer },
    errors: ['label_taken', 'idempotency_conflict'],
  },
  'PATCH /api/spots/:id': {
    tag: 'Shop',
    summary: 'Change what is given of a spot, or take it out of use',
    permission: 'spots.change',
    body: updateSpotSchema,
    answers: { 200: spotForStaffAnswer },
    errors: ['not_found', 'label_taken'],
  },
} as const satisfies RouteTable;
