/** Routes of tabs and their people. */

import { pageOf } from '../fields.ts';
import { eventsQuerySchema } from '../orders.ts';
import type { RouteTable } from '../route.ts';
import { answerKnockSchema } from '../places.ts';
import { beginTabCardAnswer, beginTabCardSchema, giveTabCardSchema } from '../tab-cards.ts';
import {
  addTabParticipantSchema,
  joinedTabAnswer,
  joinTabSchema,
  mergeTabSchema,
  moveTabSchema,
  openTabSchema,
  closeTabSchema,
  tabAnswer,
  tabEventSchema,
  tabHostSchema,
  tabReadySchema,
  tabsAnswer,
  tabsQuerySchema,
  updateTabParticipantSchema,
  updateTabSchema,
} from '../tabs.ts';

export const tabRoutes = {
  'POST /api/tabs': {
    tag: 'Tabs',
    summary: 'Open a tab, to order together',
    description:
      'Needs no account. The answer has the invitation, as a link and as a code to say, and a guest token that proves ' +
      'the host on every later request. At a spot, by its code, only one tab runs at a time: if another one does, the ' +
      'API responds with 409 `spot_taken`, and in `details` with its id for who is in it; anybody else may knock. ' +
      'Where the shop has people order alone only, it responds with 409 `alone_only`.',
    permission: 'tab.open',
    body: openTabSchema,
    answers: { 201: joinedTabAnswer },
    errors: ['idempotency_conflict', 'spot_not_in_use', 'spot_taken', 'alone_only', 'too_many_requests'],
  },
  'POST /api/tabs/join': {
    tag: 'Tabs',
    summary: 'Join a tab by its link or code',
    description:
      'Who is in it already, by her guest token or account, comes back as herself, whatever name she gives; without ' +
      'a name the API responds with 400 to anybody else, and nobody was added.',
    permission: 'tab.join',
    body: joinTabSchema,
    answers: { 201: joinedTabAnswer },
    errors: ['not_found', 'tab_locked', 'tab_full', 'tab_ended', 'removed_from_tab', 'too_many_requests'],
  },
  'GET /api/tabs': {
    isRead: true,
    tag: 'Tabs',
    summary: 'Tabs, newest first, page by page',
    description: 'Staff get all, others those they take part in.',
    permission: 'tab.list',
    query: tabsQuerySchema,
    answers: { 200: tabsAnswer },
  },
  'GET /api/tabs/:id': {
    isRead: true,
    tag: 'Tabs',
    summary: 'One tab, and who is looking',
    permission: 'tab.read',
    answers: { 200: tabAnswer },
  },
  'GET /api/tabs/:id/events': {
    isRead: true,
    tag: 'Tabs',
    summary: "A tab's history above a version, oldest first",
    permission: 'tab.read',
    query: eventsQuerySchema,
    answers: { 200: pageOf(tabEventSchema) },
  },
  'PATCH /api/tabs/:id': {
    tag: 'Tabs',
    summary: 'Change title, deadline, limit, place or the lock of a tab',
    permission: 'tab.lead',
    body: updateTabSchema,
    answers: { 200: tabAnswer },
    errors: ['tab_ended', 'spot_not_in_use', 'spot_taken', 'alone_only'],
  },
  'POST /api/tabs/:id/move': {
    tag: 'Tabs',
    summary: 'Move a tab to another spot or place, with everything that is on its way',
    description:
      'All rounds that have not ended go to the new place, too: their tickets say so at once, and where they were to ' +
      'go before. Staff seat the tab at the spot: its old code shows an empty table, and while another tab runs at the ' +
      'new one, the API responds with 409 `spot_taken`, with its id and whether the two can be merged in `details`. ' +
      'The host chooses among the places at which the shop has people order together; by the code that is printed at a ' +
      'spot (`spotCode`) she seats the tab there, too. Nothing of stock or payments changes. A move to where the tab is ' +
      'changes nothing.',
    permission: 'tab.lead',
    body: moveTabSchema,
    answers: { 200: tabAnswer },
    errors: [
      'idempotency_conflict',
      'illegal_transition',
      'spot_not_in_use',
      'spot_taken',
      'alone_only',
      'tab_ended',
      'too_many_requests',
    ],
  },
  'POST /api/tabs/:id/merge': {
    tag: 'Tabs',
    summary: 'Merge a tab into another one',
    description:
      'Its people, basket, rounds, payments, also those in progress, and all that is owed belong to the other tab from ' +
      'then on, whose answer this is. What has not been handed over goes to its place; no order is written anew, and ' +
      'nothing is new for the kitchen. The merged tab is closed: its spot is free, its invitation void, and ' +
      '`mergedInto` leads its people on. The API responds with 409 `tabs_differ` if the two are settled differently, ' +
      'and with `illegal_transition` while a round of it has to be paid before it is made. Safe to repeat.',
    permission: 'tab.merge',
    body: mergeTabSchema,
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tabs_differ', 'illegal_transition', 'tab_ended', 'tab_full'],
  },
  'POST /api/tabs/:id/session': {
    tag: 'Tabs',
    summary: "Remember a guest's tab in this browser",
    description:
      'Sets the cookie for the token in `Authorization: Guest <token>`, which must be of this tab.',
    permission: 'tab.join',
    answers: { 204: null },
    errors: ['not_found'],
  },
  'POST /api/tabs/:id/participants': {
    tag: 'Tabs',
    summary: 'Add a person without a phone',
    permission: 'tab.lead',
    body: addTabParticipantSchema,
    answers: { 201: tabAnswer },
    errors: ['tab_full', 'tab_ended', 'idempotency_conflict'],
  },
  'PATCH /api/tabs/:id/participants/:participantId': {
    tag: 'Tabs',
    summary: 'Change name, mail address or allergies of a participant',
    description: 'Her own; the host and staff may change a name.',
    permission: 'tab.order',
    body: updateTabParticipantSchema,
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tab_ended'],
  },
  'DELETE /api/tabs/:id/participants/:participantId': {
    tag: 'Tabs',
    summary: 'Leave a tab, or remove somebody from it',
    description:
      'Her own lines leave the basket; the others who share a line pay her part of it. Rounds that were sent stay as ' +
      'they are. A host hands over before she leaves, or the longest present becomes the host. While something is owed, ' +
      'nobody removes whoever has given the card on file.',
    permission: 'tab.order',
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tab_ended', 'illegal_transition'],
  },
  'POST /api/tabs/:id/ready': {
    tag: 'Tabs',
    summary: 'Say that one has chosen, or has not yet',
    permission: 'tab.order',
    body: tabReadySchema,
    answers: { 200: tabAnswer },
    errors: ['tab_ended'],
  },
  'POST /api/tabs/:id/host': {
    tag: 'Tabs',
    summary: "Hand the host's role over, or take it over from a host who has left for long",
    permission: 'tab.order',
    body: tabHostSchema,
    answers: { 200: tabAnswer },
    errors: ['not_found', 'tab_ended', 'host_is_here'],
  },
  'POST /api/tabs/:id/code': {
    tag: 'Tabs',
    summary: 'Renew link and code; the old ones are void',
    permission: 'tab.lead',
    answers: { 200: tabAnswer },
    errors: ['tab_ended'],
  },
  'POST /api/tabs/:id/knocks/:knockId': {
    tag: 'Tabs',
    summary: 'Let somebody in who asks at the spot, or not',
    description:
      'Anybody in the tab and staff; the first answer counts. While joining is locked: the host and staff.',
    permission: 'tab.order',
    body: answerKnockSchema,
    answers: { 200: tabAnswer },
    errors: ['not_found', 'illegal_transition', 'tab_ended', 'tab_locked', 'tab_full'],
  },
  'POST /api/tabs/:id/close': {
    tag: 'Tabs',
    summary: 'Close a tab: no more rounds; it ends when nothing is running in it, or owed',
    description:
      'What is owed is charged to the card on file, if there is one: the tab is `closing` until that has succeeded. ' +
      'Staff may write off what is still owed when its people have left, with a reason.',
    permission: 'tab.lead',
    body: closeTabSchema,
    answers: { 200: tabAnswer },
    errors: ['tab_ended', 'already_claimed', 'illegal_transition', 'version_conflict'],
  },
  'POST /api/tabs/:id/card': {
    tag: 'Tabs',
    summary: 'Begin to give a card for what a tab will owe',
    description:
      'Makes a SetupIntent for an off-session charge, which Stripe.js confirms with `clientSecret`. Whoever has neither ' +
      'an account nor a mail address in the tab gives one: she is told by mail before and after a charge.',
    permission: 'tab.give_card',
    body: beginTabCardSchema,
    answers: { 201: beginTabCardAnswer },
    errors: ['tab_ended', 'illegal_transition', 'idempotency_conflict', 'too_many_requests', 'try_again'],
  },
  'PUT /api/tabs/:id/card': {
    tag: 'Tabs',
    summary: 'Give a card for what a tab will owe, or replace it',
    description:
      'The SetupIntent is read back from Stripe. Whoever is signed in may choose one of her saved cards instead. From ' +
      'then on what is owed when the tab is closed is charged to it. If the answer is lost, Stripe’s webhook has the ' +
      'same effect. Safe to repeat.',
    permission: 'tab.give_card',
    body: giveTabCardSchema,
    answers: { 200: tabAnswer },
    errors: [
      'not_found',
      'tab_ended',
      'illegal_transition',
      'card_declined',
      'too_many_requests',
      'try_again',
    ],
  },
  'DELETE /api/tabs/:id/card': {
    tag: 'Tabs',
    summary: 'Take one’s card back',
    description:
      'Her own only. While something is owed and the shop asks for a card, the API responds with 409 `card_required`: ' +
      'another one has to take its place.',
    permission: 'tab.give_card',
    answers: { 200: tabAnswer },
    errors: ['card_required', 'illegal_transition'],
  },
  'POST /api/tabs/:id/card/charge': {
    tag: 'Tabs',
    summary: 'Charge the card on file again that was refused',
    description: 'What is open of a tab that is closing. Changes nothing while it is being charged.',
    permission: 'tab.charge_card',
    answers: { 200: tabAnswer },
    errors: ['illegal_transition', 'nothing_owed', 'tab_ended'],
  },
  'POST /api/tabs/:id/reopen': {
    tag: 'Tabs',
    summary: 'Open a tab again that is closing',
    permission: 'tab.lead',
    answers: { 200: tabAnswer },
    errors: ['tab_ended'],
  },
} as const satisfies RouteTable;
