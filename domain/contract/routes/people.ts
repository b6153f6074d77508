/** Routes of the signed-in person, and of accounts and their roles. */

import { pageOf } from '../fields.ts';
import {
  changeMeSchema,
  changePersonSchema,
  meSchema,
  peopleQuerySchema,
  personAnswer,
  personSchema,
} from '../people.ts';
import type { RouteTable } from '../route.ts';

export const peopleRoutes = {
  'GET /api/me': {
    tag: 'Accounts',
    summary: 'The signed-in person, or null',
    permission: 'shop.read',
    answers: { 200: meSchema },
  },
  'PATCH /api/me': {
    tag: 'Accounts',
    summary: 'Choose the language that pages and mails are written in',
    permission: 'account.change',
    body: changeMeSchema,
    answers: { 204: null },
  },
  'GET /api/people': {
    tag: 'Accounts',
    summary: 'Who works for the shop, by name',
    description: 'With `email` the account of that address, whatever its role.',
    permission: 'people.change',
    query: peopleQuerySchema,
    answers: { 200: pageOf(personSchema) },
  },
  'PATCH /api/people/:account': {
    tag: 'Accounts',
    summary: 'Give an account another role',
    description:
      'Its mail address must be verified, and an admin must be left. Its sockets are cut, so that pages ask anew.',
    permission: 'people.change',
    body: changePersonSchema,
    answers: { 200: personAnswer },
    errors: ['not_found', 'version_conflict'],
  },
} as const satisfies RouteTable;
