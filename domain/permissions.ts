/**
 * Who may do what, as one table. Routes, sockets, the order workflow's validators, the buttons on the screens and the
 * OpenAPI document all ask `may`. It denies whatever no row grants. See docs/adr/0018.
 */

import type { Actor, OrderAction } from './order.ts';

/** Account roles, stored in the users database. Accounts of every role can also order for themselves. */
export const ROLES = ['customer', 'kitchen', 'agent', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** A person's relation to the subject of an action: the role of her account, or her part in an order or a tab. */
export const KINDS_OF_PERSON = ['nobody', 'participant', 'payer', 'host', ...ROLES] as const;
export type KindOfPerson = (typeof KINDS_OF_PERSON)[number];

/** The subject of each action. A person who acts on an order or a tab must have one of these relations to it. */
export const ACTIONS = {
  'shop.read': 'shop',
  'menu.read': 'shop',
  /** Products that are not on the menu. */
  'menu.read_hidden': 'shop',
  'stock.set': 'shop',
  'catalog.change': 'shop',
  'catalog.read_changes': 'shop',
  'settings.change': 'shop',
  /** All spots with their codes, and what goes on at each. */
  'spots.watch': 'shop',
  'spots.change': 'shop',
  'people.change': 'shop',
  'card.keep': 'shop',
  /** To change her own account. */
  'account.change': 'shop',
  'order.place': 'shop',
  /** The orders in which the person takes part. */
  'order.list': 'shop',
  'order.list_all': 'shop',
  'board.watch': 'shop',
  'counter.watch': 'shop',
  'difference.read': 'shop',
  'difference.mend': 'shop',
  'stripe.report': 'shop',
  /** The order with its bill, payments and refunds. */
  'order.read': 'order',
  /** What to prepare, and for whom: without amounts, payments and contact. */
  'order.read_work': 'order',
  /** Contact, workflow, every payer's card, and which staff member did what. */
  'order.read_inside': 'order',
  'order.cancel': 'order',
  /** To change her own lines, and where they go. */
  'order.change': 'order',
  /** To give up what a change costs more, as a discount. */
  'change.waive': 'order',
  /** To say what is to be done about her lines that have run out. */
  'order.answer': 'order',
  /** To decide whether sold goods go back on sale. */
  'order.restock': 'order',
  'order.advance': 'order',
  'order.clear_attention': 'order',
  'refund.create': 'order',
  /** Refunds above the shop's limit per order. */
  'refund.exceed_limit': 'order',
  /** To drop the lines of somebody who has not paid. */
  'share.drop': 'order',
  'share.pay': 'share',
  /** To take over the whole share of somebody else. */
  'share.cover': 'share',
  'share.take_cash': 'share',
  'tab.open': 'shop',
  'tab.join': 'shop',
  /** The tabs in which the person takes part. */
  'tab.list': 'shop',
  'tab.list_all': 'shop',
  'tab.read': 'tab',
  /** To fill the basket with her own lines, and to say that she is ready. */
  'tab.order': 'tab',
  /** To pay a part of what the tab owes. */
  'tab.pay': 'tab',
  /** To give her card for what the tab will owe, and to take it back. */
  'tab.give_card': 'tab',
  /** Settings, people, everybody's lines, sending and closing. */
  'tab.lead': 'tab',
  /** To give up what a tab owes whose people have left. */
  'tab.write_off': 'tab',
  /** To charge the card on file again that was refused. */
  'tab.charge_card': 'tab',
  /** To make two tabs one. */
  'tab.merge': 'tab',
} as const satisfies Record<string, 'shop' | 'order' | 'share' | 'tab'>;
export type Action = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as [Action, ...Action[]];

const KITCHEN = ['board.watch', 'order.read_work', 'order.advance', 'stock.set'] as const;

const AGENT = [
  ...KITCHEN,
  'menu.read_hidden',
  'catalog.change',
  'catalog.read_changes',
  'order.list_all',
  'order.read',
  'order.read_inside',
  'order.cancel',
  'order.change',
  'order.restock',
  'order.clear_attention',
  'counter.watch',
  'spots.watch',
  'share.take_cash',
  'share.drop',
  'refund.create',
  'difference.read',
  'tab.list_all',
  'tab.read',
  'tab.order',
  'tab.pay',
  'tab.lead',
  'tab.write_off',
  'tab.charge_card',
  'tab.merge',
] as const;

const MANAGER = [...AGENT, 'change.waive', 'refund.exceed_limit', 'settings.change', 'spots.change'] as const;

/** The table of what each kind of person may do. A person of several kinds has the permissions of all of them. */
export const GRANTS = {
  nobody: ['shop.read', 'menu.read', 'order.place', 'stripe.report', 'tab.open', 'tab.join'],
  participant: [
    'order.list',
    'order.read_work',
    'order.read',
    'order.change',
    'order.answer',
    'share.cover',
    'tab.list',
    'tab.read',
    'tab.order',
    'tab.pay',
    'tab.give_card',
  ],
  payer: ['share.pay'],
  host: ['order.cancel', 'share.drop', 'tab.lead'],
  customer: ['order.list', 'card.keep', 'account.change', 'tab.list'],
  kitchen: KITCHEN,
  agent: AGENT,
  manager: MANAGER,
  admin: [...MANAGER, 'people.change', 'difference.mend'],
} as const satisfies Record<KindOfPerson, readonly Action[]>;

/** Actions that need no account: a token is enough, or nothing at all. */
export type GuestAction = (typeof GRANTS)['nobody' | 'participant' | 'payer' | 'host'][number];

/** The permission that each transition needs; null: only the workflow makes it. */
export const TRANSITION_PERMISSIONS = {
  place: 'order.place',
  send: 'tab.lead',
  claim: 'tab.pay',
  hold: null,
  reject: null,
  record_cash: 'share.take_cash',
  cover: 'share.cover',
  drop: 'share.drop',
  capture: null,
  confirm: null,
  settle: null,
  fail_capture: null,
  advance: 'order.advance',
  change: 'order.change',
  answer: 'order.answer',
  sell_out: 'order.answer',
  expire: null,
  cancel: 'order.cancel',
} as const satisfies Record<OrderAction, Action | null>;

/** Returns the actor in the order's transitions and events for a person of this kind. All staff are `agent`. */
export function actorOf(kind: KindOfPerson): Exclude<Actor, 'workflow'> {
  return isRole(kind) && isStaff(kind) ? 'agent' : 'host';
}

/** Returns whether a person of this kind may request the transition `action`, in any status of the order. */
export function mayAskFor(kind: KindOfPerson, action: OrderAction): boolean {
  const permission = TRANSITION_PERMISSIONS[action];
  return permission !== null && isGranted(kind, permission);
}

function isRole(kind: KindOfPerson): kind is Role {
  return (ROLES as readonly KindOfPerson[]).includes(kind);
}

/** The requester: her account's role, and the participants that she has proved to be. */
export interface Asker {
  readonly role: Role | null;
  readonly participantIds: readonly string[];
}

/** People, one of whom is the host. */
interface Group {
  readonly host: string;
  readonly participants: readonly { readonly id: string }[];
}

/** The order, share of it, or tab on which somebody wants to act. Of a tab, the people who are in it now. */
export type Subject =
  | { readonly order: Group; readonly share?: { readonly participantId: string } | undefined }
  | { readonly tab: Group };

/** Returns whether `person` may do `action`: in the shop, or on the given order, share or tab. */
export function may(person: Asker, action: Action, subject?: Subject): boolean {
  // A part in an order gives no permission for tabs, nor the other way round.
  const asker = subject && isOnOther(action, subject) ? { ...person, participantIds: [] } : person;
  return kindsOf(asker, subject).some((kind) => isGranted(kind, action));
}

/** Returns everything that `person` may do at all, or, with a subject, on that. Pages offer nothing else. */
export function listActions(person: Asker, subject?: Subject): Action[] {
  return ACTION_NAMES.filter(
    (action) =>
      (subject === undefined || (ACTIONS[action] !== 'shop' && !isOnOther(action, subject))) &&
      may(person, action, subject),
  );
}

/** Returns the kinds of person that may do `action`, for the API document. */
export function whoMay(action: Action): KindOfPerson[] {
  return KINDS_OF_PERSON.filter((kind) => isGranted(kind, action));
}

/** Returns whether some role is enough for `action`, without any part in an order or a tab. */
export function mayRole(role: Role | null, action: Action): boolean {
  return may({ role, participantIds: [] }, action);
}

/** Returns whether `action` needs an account with a certain role, whatever one's part in an order or a tab. */
export function needsAccount(action: Action): action is Exclude<Action, GuestAction> {
  return (['nobody', 'participant', 'payer', 'host'] as const).every((kind) => !isGranted(kind, action));
}

/** Returns whether this role belongs to staff: it can see other people's orders. */
export function isStaff(role: Role): boolean {
  return mayRole(role, 'order.read_work');
}

/** Returns the roles that may do `action` by themselves. */
export function rolesThatMay(action: Action): Role[] {
  return ROLES.filter((role) => mayRole(role, action));
}

/** Whether `action` is for tabs and `subject` is an order, or the other way round. */
function isOnOther(action: Action, subject: Subject): boolean {
  const kind = ACTIONS[action];
  return kind !== 'shop' && (kind === 'tab') !== 'tab' in subject;
}

function kindsOf({ role, participantIds }: Asker, subject: Subject | undefined): KindOfPerson[] {
  const kinds: KindOfPerson[] = ['nobody'];
  if (role !== null) kinds.push('customer', role);
  const isOne = (id: string) => participantIds.includes(id);
  const group = subject && ('tab' in subject ? subject.tab : subject.order);
  // Without a subject: somebody who has proved to be a participant of any order or tab.
  if (group ? group.participants.some(({ id }) => isOne(id)) : participantIds.length > 0)
    kinds.push('participant');
  if (group && isOne(group.host)) kinds.push('host');
  if (subject && 'share' in subject && subject.share && isOne(subject.share.participantId))
    kinds.push('payer');
  return kinds;
}

/** An unknown kind, perhaps written by a newer version, is granted nothing. */
function isGranted(kind: KindOfPerson, action: Action): boolean {
  const granted: readonly Action[] | undefined = Object.hasOwn(GRANTS, kind) ? GRANTS[kind] : undefined;
  return granted?.includes(action) ?? false;
}
