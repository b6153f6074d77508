/**
 * Who may do what, as one table. Routes, sockets, the order workflow's validators, the buttons on the screens and the
 * OpenAPI document all ask `may`. What no row grants is refused. See docs/adr/0018.
 */

import type { Actor, OrderAction } from './order.ts';

/** What an account is. Every role orders for itself, too; the role of an account is kept in the users database. */
export const ROLES = ['customer', 'kitchen', 'agent', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What somebody can be to what she acts on: what her account is, and what she is in an order. */
export const KINDS_OF_PERSON = ['nobody', 'participant', 'payer', 'host', ...ROLES] as const;
export type KindOfPerson = (typeof KINDS_OF_PERSON)[number];

/** What each action is done to. Whoever asks to act on an order must be something to that order. */
export const ACTIONS = {
  'shop.read': 'shop',
  'menu.read': 'shop',
  /** Products that are off the menu. */
  'menu.read_hidden': 'shop',
  'stock.set': 'shop',
  'catalog.change': 'shop',
  'catalog.read_changes': 'shop',
  'settings.change': 'shop',
  'spots.change': 'shop',
  'people.change': 'shop',
  'card.keep': 'shop',
  'order.place': 'shop',
  /** The orders one takes part in. */
  'order.list': 'shop',
  'order.list_all': 'shop',
  'board.watch': 'shop',
  'counter.watch': 'shop',
  'difference.read': 'shop',
  'difference.mend': 'shop',
  'stripe.report': 'shop',
  /** The order with its bill, payments and refunds. */
  'order.read': 'order',
  /** What is to be made, and for whom: without amounts, payments and contact. */
  'order.read_work': 'order',
  /** Contact, workflow, every payer's card, and who of the staff did what. */
  'order.read_inside': 'order',
  'order.cancel': 'order',
  /** To say whether what was sold goes back on sale. */
  'order.restock': 'order',
  'order.advance': 'order',
  'order.clear_attention': 'order',
  'refund.create': 'order',
  /** More than the shop's refund limit, of one order. */
  'refund.exceed_limit': 'order',
  'share.pay': 'share',
  'share.take_cash': 'share',
} as const satisfies Record<string, 'shop' | 'order' | 'share'>;
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
  'order.restock',
  'order.clear_attention',
  'counter.watch',
  'share.take_cash',
  'refund.create',
  'difference.read',
] as const;

const MANAGER = [...AGENT, 'refund.exceed_limit', 'settings.change', 'spots.change'] as const;

/** The table: what each kind of person may do. A person is several kinds at once, and may do what any of them may. */
export const GRANTS = {
  nobody: ['shop.read', 'menu.read', 'order.place', 'stripe.report'],
  participant: ['order.list', 'order.read_work', 'order.read'],
  payer: ['share.pay'],
  host: ['order.cancel'],
  customer: ['order.list', 'card.keep'],
  kitchen: KITCHEN,
  agent: AGENT,
  manager: MANAGER,
  admin: [...MANAGER, 'people.change', 'difference.mend'],
} as const satisfies Record<KindOfPerson, readonly Action[]>;

/** Actions that no account is needed for: they may be had by a token, or by nothing at all. */
export type GuestAction = (typeof GRANTS)['nobody' | 'participant' | 'payer' | 'host'][number];

/** What each thing that can be asked of an order takes; null: no person may, its workflow alone does it. */
export const TRANSITION_PERMISSIONS = {
  place: 'order.place',
  hold: null,
  reject: null,
  record_cash: 'share.take_cash',
  capture: null,
  confirm: null,
  fail_capture: null,
  advance: 'order.advance',
  expire: null,
  cancel: 'order.cancel',
} as const satisfies Record<OrderAction, Action | null>;

/** Who acts, in the order's transitions and events, when a person of this kind does. All of the staff are `agent`. */
export function actorOf(kind: KindOfPerson): Exclude<Actor, 'workflow'> {
  return isRole(kind) && isStaff(kind) ? 'agent' : 'host';
}

/** Whether a person of this kind may ask for the transition `action`, in whatever status the order is. */
export function mayAskFor(kind: KindOfPerson, action: OrderAction): boolean {
  const permission = TRANSITION_PERMISSIONS[action];
  return permission !== null && isGranted(kind, permission);
}

function isRole(kind: KindOfPerson): kind is Role {
  return (ROLES as readonly KindOfPerson[]).includes(kind);
}

/** Who asks: the role of her account, and the participants that she has proved to be. */
export interface Asker {
  readonly role: Role | null;
  readonly participantIds: readonly string[];
}

/** The order, or the share of it, that somebody wants to act on. */
export interface Subject {
  readonly order: { readonly host: string; readonly participants: readonly { readonly id: string }[] };
  readonly share?: { readonly participantId: string } | undefined;
}

/** Whether `person` may do `action`: in the shop, or to the order or share that is its subject. */
export function may(person: Asker, action: Action, subject?: Subject): boolean {
  return kindsOf(person, subject).some((kind) => isGranted(kind, action));
}

/** Everything that `person` may do at all, or, with a subject, to an order: for pages, so that they offer nothing else. */
export function listActions(person: Asker, subject?: Subject): Action[] {
  return ACTION_NAMES.filter(
    (action) => (subject === undefined || ACTIONS[action] !== 'shop') && may(person, action, subject),
  );
}

/** The kinds of person that may do `action`, for the document. */
export function whoMay(action: Action): KindOfPerson[] {
  return KINDS_OF_PERSON.filter((kind) => isGranted(kind, action));
}

/** Whether some role alone, without being anything to an order, is enough for `action`. */
export function mayRole(role: Role | null, action: Action): boolean {
  return may({ role, participantIds: [] }, action);
}

/** Whether `action` takes an account of a certain role, whatever one is to an order. */
export function needsAccount(action: Action): action is Exclude<Action, GuestAction> {
  return (['nobody', 'participant', 'payer', 'host'] as const).every((kind) => !isGranted(kind, action));
}

/** Whether this role works for the shop: it sees something of what others ordered. */
export function isStaff(role: Role): boolean {
  return mayRole(role, 'order.read_work');
}

/** The roles that may do `action` by themselves. */
export function rolesThatMay(action: Action): Role[] {
  return ROLES.filter((role) => mayRole(role, action));
}

/**
 * Whether `role` may have `amount` given back of an order of which `givenBack` went back before. Who may not exceed the
 * shop's limit keeps to it for each order, however many refunds it takes.
 */
export function mayGiveBack(
  role: Role | null,
  of: { readonly amount: number; readonly givenBack: number; readonly limit: number },
): boolean {
  return mayRole(role, 'refund.exceed_limit') || of.givenBack + of.amount <= of.limit;
}

function kindsOf({ role, participantIds }: Asker, subject: Subject | undefined): KindOfPerson[] {
  const kinds: KindOfPerson[] = ['nobody'];
  if (role !== null) kinds.push('customer', role);
  const isOne = (id: string) => participantIds.includes(id);
  // Without a subject: whoever has proved to be a participant of anything.
  if (subject ? subject.order.participants.some(({ id }) => isOne(id)) : participantIds.length > 0)
    kinds.push('participant');
  if (subject && isOne(subject.order.host)) kinds.push('host');
  if (subject?.share && isOne(subject.share.participantId)) kinds.push('payer');
  return kinds;
}

/** A kind that the table does not know, as a newer version may have written it, is granted nothing. */
function isGranted(kind: KindOfPerson, action: Action): boolean {
  const granted: readonly Action[] | undefined = Object.hasOwn(GRANTS, kind) ? GRANTS[kind] : undefined;
  return granted?.includes(action) ?? false;
}
