/** Routes of the signed-in person, and of accounts and their roles. */

import { pageOf, pageQuerySchema } from '../fields.ts';
import {
  changeMeSchema,
  changePersonSchema,
  meSchema,
  peopleChangeSchema,
  peopleQuerySchema,
  personAnswer,
  personSchema,
  signedOutAnswer,
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
    description:
      'With `q` every account whose name or mail address contains it; with `email` the account of it.',
    permission: 'people.change',
    query: peopleQuerySchema,
    answers: { 200: pageOf(personSchema) },
  },
  'GET /api/people/changes': {
    tag: 'Accounts',
    summary: 'Who changed whose role, and who signed whom out, newest first',
    permission: 'people.change',
    query: pageQuerySchema,
    answers: { 200: pageOf(peopleChangeSchema) },
  },
  'PATCH /api/people/:account': {
    tag: 'Accounts',
    summary: 'Give an account another role',
    description:
      'Its mail address must be verified, and an admin must be left. Its sockets are cut, so that pages ask anew.',
    permission: 'people.change',
    body: changePersonSchema,
    answers: { 200: personAnswer },
    errors: ['not_found', 'last_admin', 'address_unverified'],
  },
  'POST /api/people/:account/sign-out': {
    tag: 'Accounts',
    summary: 'End all sessions of an account',
    description: 'Its sockets are cut. Signing in again is possible at once.',
    permission: 'people.change',
    answers: { 200: signedOutAnswer },
    errors: ['not_found'],
  },
} as const satisfies RouteTable;
