import { describe, expect, test } from 'vitest';
import type { RouteContract } from './contract/route.ts';
import { TRANSITIONS, type Actor, type OrderAction, type Transition } from './order.ts';
import {
  ACTION_NAMES as actions,
  ACTIONS,
  actorOf,
  GRANTS,
  KINDS_OF_PERSON,
  listActions,
  may,
  mayAskFor,
  ROLES,
  whoMay,
  type Role,
} from './permissions.ts';

const order = { host: 'host', participants: [{ id: 'host' }, { id: 'friend' }] };
const share = { participantId: 'friend' };
const guest = (...participantIds: string[]) => ({ role: null, participantIds });
const account = (role: Role) => ({ role, participantIds: [] });

/** Actions of people; the workflow does the rest, and some of these too. */
const actorsOf = (action: OrderAction) => {
  const kinds = KINDS_OF_PERSON.filter((kind) => kind !== 'customer' && mayAskFor(kind, action));
  // A customer who places an order becomes its host.
  return new Set<Actor>(kinds.length > 0 ? kinds.map((kind) => actorOf(kind)) : ['workflow']);
};

describe('the transitions of an order', () => {
  test.each(TRANSITIONS)('$action from $from is by those who may', ({ action, by }: Transition) => {
    expect([...actorsOf(action), 'workflow']).toEqual(expect.arrayContaining([...by]));
  });

  test.each([...new Set(TRANSITIONS.map(({ action }) => action))])(
    '%s is by all who may, somewhere',
    (action) => {
      const rows: readonly Transition[] = TRANSITIONS;
      const by = new Set(rows.filter((row) => row.action === action).flatMap((row) => row.by));
      expect(by.add('workflow')).toEqual(actorsOf(action).add('workflow'));
    },
  );
});

describe('who may do what', () => {
  test('every action is granted to somebody, and every kind of person is asked about by the table', () => {
    expect(actions.filter((action) => whoMay(action).length === 0)).toEqual([]);
    expect(Object.keys(GRANTS).toSorted()).toEqual([...KINDS_OF_PERSON].toSorted());
  });

  test('each role of the staff may do what the one before it may', () => {
    const staff = ROLES.filter((role) => role !== 'customer');
    for (const [index, role] of staff.entries()) {
      const lower = staff[index - 1];
      const missing = lower ? GRANTS[lower].filter((action) => !may(account(role), action)) : [];
      expect(missing, role).toEqual([]);
    }
  });

  test('who is nothing to an order may do nothing with it', () => {
    for (const asker of [guest(), guest('somebody-else'), account('customer')]) {
      expect(listActions(asker, { order, share })).toEqual([]);
    }
  });

  test('the host, a participant and a payer may do what each of them may', () => {
    expect(listActions(guest('friend'), { order, share })).toEqual([
      'order.read',
      'order.read_work',
      'order.change',
      'order.answer',
      'share.pay',
      'share.cover',
    ]);
    expect(listActions(guest('host'), { order, share })).toEqual([
      'order.read',
      'order.read_work',
      'order.cancel',
      'order.change',
      'order.answer',
      'share.drop',
      'share.cover',
    ]);
    expect(may(guest('host'), 'share.pay', { order, share: { participantId: 'host' } })).toBe(true);
  });

  test('people of a tab fill its basket, its host and agents lead it, and all others do nothing with it', () => {
    const tab = { host: 'host', participants: [{ id: 'host' }, { id: 'friend' }] };
    expect(listActions(guest('friend'), { tab })).toEqual([
      'tab.read',
      'tab.order',
      'tab.pay',
      'tab.give_card',
    ]);
    const leads = ['tab.read', 'tab.order', 'tab.pay', 'tab.lead'];
    expect(listActions(guest('host'), { tab })).toEqual([...leads.slice(0, -1), 'tab.give_card', 'tab.lead']);
    for (const staff of [account('agent'), account('manager')])
      expect(listActions(staff, { tab })).toEqual([
        ...leads,
        'tab.write_off',
        'tab.charge_card',
        'tab.merge',
      ]);
    for (const asker of [guest(), guest('somebody-else'), account('customer'), account('kitchen')])
      expect(listActions(asker, { tab })).toEqual([]);
  });

  test('a part in an order is none in a tab, nor the other way round', () => {
    const ofTabs = actions.filter((action) => ACTIONS[action] === 'tab');
    const ofOrders = actions.filter((action) => ['order', 'share'].includes(ACTIONS[action]));
    expect(ofTabs.filter((action) => may(guest('host'), action, { order }))).toEqual([]);
    expect(ofOrders.filter((action) => may(guest('host'), action, { tab: order }))).toEqual([]);
  });

  test('the kitchen sees and moves work, and nothing that has to do with money', () => {
    expect(listActions(account('kitchen'), { order, share })).toEqual(['order.read_work', 'order.advance']);
    const money = actions.filter((action) =>
      /refund|share|difference|counter|order\.read$|inside/.test(action),
    );
    expect(money.filter((action) => may(account('kitchen'), action, { order, share }))).toEqual([]);
  });

  test('a role that the table does not know may do what nobody in particular may, and no more', () => {
    expect(listActions(account('owner' as Role))).toEqual(listActions(account('customer')));
    expect(listActions(account('owner' as Role), { order, share })).toEqual([]);
  });

  test('a route that names no permission, or one that the table does not have, does not compile', () => {
    const route = { tag: 'Orders', summary: 'Anything', answers: {} } as const;
    // @ts-expect-error The permission is missing.
    const silent: RouteContract = route;
    // @ts-expect-error Nobody has this permission.
    const unknown: RouteContract = { ...route, permission: 'order.steal' };
    expect([silent, unknown].map(({ permission }) => whoMay(permission))).toEqual([[], []]);
  });
});
