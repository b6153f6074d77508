/**
 * Every field of every body with every kind of bad value: the response has a code, a sentence and the field's path, and
 * no row is written.
 */

import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import type { FieldIssue } from '../domain/field-problem.ts';
import { FIELD_WORDS } from './http/field-words.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../test/setup/system.ts';
import { openTab } from '../test/setup/tabs.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';

let system: TestSystem;
let staff: Visitor;
let guest: Visitor;
let ids: Record<'product' | 'variant' | 'order' | 'share' | 'line' | 'tab' | 'host' | 'tabLine', string>;

beforeAll(async () => {
  system = await startTestSystem();
  staff = new Visitor(system.url);
  guest = new Visitor(system.url);
  await signUp(staff, system.databases, 'admin');
  const tea = await addProduct(system.databases);
  const placed = await guest.post('/api/orders', guestOrder(tea.variants[0]!.id));
  const { order } = placed.body;
  const { tab } = await openTab(guest);
  const added = await guest.post(`/api/tabs/${tab.id}/lines`, {
    variantId: tea.variants[0]!.id,
    quantity: 1,
  });
  ids = {
    product: tea.id,
    variant: tea.variants[0]!.id,
    order: order.id,
    share: order.shares[0].id,
    line: order.lines[0].id,
    tab: tab.id,
    host: tab.host,
    tabLine: added.body.tab.lines[0].id,
  };
});
afterAll(() => system?.stop());

/** Row counts of all tables that a request could write. */
async function countRows(): Promise<Record<string, number>> {
  const tables = {
    catalog: ['products', 'variants', 'pictures', 'holds'],
    orders: [
      'orders',
      'participants',
      'lines',
      'shares',
      'payment_attempts',
      'cancel_requests',
      'refunds',
      'order_events',
      'tabs',
      'tab_participants',
      'tab_events',
      'mends',
    ],
    users: ['users', 'accounts', 'stripe_customers', 'saved_cards'],
  } as const;
  const counts: Record<string, number> = {};
  for (const [database, names] of Object.entries(tables)) {
    for (const name of names) {
      const [row] = await query<{ count: number }>(
        system.databases[database as keyof typeof tables].em.fork(),
        sql`select count(*)::int as count from ${sql.table(name)}`,
      );
      counts[name] = row!.count;
    }
  }
  return counts;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Texts that look empty: Hangul and braille fillers, zero-width spaces, direction marks, lone accents. */
const UNSEEN = ['', '   ', '\u3164', '\u2800\u00a0', '\u200b\u2060\ufeff', '\u202e\u2069', '\u0301'];
const WRONG_TEXTS = [null, 7, true, [], {}, ...UNSEEN, 'a\u0000b', 'a\u0090b', 'x'.repeat(10_000), '\ud800'];
const WRONG_NUMBERS = [null, '7', true, [], {}, -1, 1.5, 1e12, 1e400];

function wrongValues(value: Json): readonly unknown[] {
  if (typeof value === 'string') return WRONG_TEXTS;
  if (typeof value === 'number') return WRONG_NUMBERS;
  if (typeof value === 'boolean') return [null, 'true', 1, [], {}];
  if (Array.isArray(value)) return [null, 'x', 7, {}];
  return [null, 'x', 7, []];
}

type Path = readonly (string | number)[];

/**
 * Variants of `value` with each field, at any depth, replaced by a bad value, and with an unknown field at every level.
 */
function* mutations(value: Json, path: Path = []): Generator<{ path: Path; wrong: unknown }> {
  for (const wrong of wrongValues(value)) yield { path, wrong };
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { path: [...path, 'surprise'], wrong: 'unknown field' };
  for (const [key, inner] of Object.entries(value)) {
    yield* mutations(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function replaced(value: Json, path: Path, wrong: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return wrong;
  if (Array.isArray(value)) {
    return value.map((inner, index) => (index === key ? replaced(inner, rest, wrong) : inner));
  }
  const object = value as { [key: string]: Json };
  return { ...object, [key]: replaced(object[key] ?? null, rest, wrong) };
}

interface Subject {
  readonly name: string;
  readonly request: () => { method: string; path: string; who: Visitor; body: Json };
  /** Values that are valid after all, by path without indexes. */
  readonly fine?: Readonly<Record<string, readonly unknown[]>>;
}

const uuid = randomUUID();
const option = { name: 'Oat milk', amount: 50 };
const optionGroups = [{ name: 'Milk', minimum: 0, maximum: 1, options: [option] }];
const product = {
  name: 'Scone',
  description: 'Warm.',
  category: 'Cakes',
  allergens: ['gluten'],
  taxRate: 700,
  active: true,
};

const TAB_SETTINGS = {
  title: 'Lunch',
  deadline: '2099-01-01T12:00:00.000Z',
  spendingLimit: 2000,
  onDeadline: 'cancel',
  sendsWhenReady: true,
  place: { kind: 'lane', label: '4', name: 'Ada', note: 'by the window' },
};
const TAB_NULLS = { title: [null], deadline: [null], spendingLimit: [null], place: [null, 'x'] };

const SUBJECTS: readonly Subject[] = [
  {
    name: 'placing an order',
    request: () => ({
      method: 'POST',
      path: '/api/orders',
      who: new Visitor(system.url),
      body: {
        lines: [{ variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' }],
        contact: { name: 'Ada', email: 'ada@example.test' },
        place: { kind: 'lane', label: '4', name: 'Ada', note: 'by the window' },
        payment: { paymentMethodId: 'pm_card_visa', tipAmount: 50, savePaymentMethod: true },
        expectedAmount: 350,
      },
    }),
  },
  {
    name: 'changing the settings',
    request: () => ({
      method: 'PATCH',
      path: '/api/settings',
      who: staff,
      body: {
        name: 'Café Kegel',
        address: 'Am Markt 3, Berlin',
        taxId: 'DE1',
        timeZone: 'Europe/Berlin',
        holdMinutes: 15,
        tipLimitAmount: 10_000,
        takesTypedPlaces: true,
        unpaidStockPercent: 50,
        declinesPerOrder: 5,
      },
    }),
    fine: { address: [''], taxId: [''], holdMinutes: [1.5] },
  },
  {
    name: 'adding a spot',
    request: () => ({
      method: 'POST',
      path: '/api/spots',
      who: staff,
      body: { kind: 'table', label: randomUUID(), area: 'Hall' },
    }),
    fine: { area: [null] },
  },
  {
    name: 'paying a share',
    request: () => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/shares/${ids.share}/pay`,
      who: guest,
      body: { paymentMethodId: 'pm_card_visa', tipAmount: 50, savePaymentMethod: true },
    }),
  },
  {
    name: 'recording cash',
    request: () => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/shares/${ids.share}/cash`,
      who: staff,
      body: { tipAmount: 50 },
    }),
  },
  {
    name: 'opening a tab',
    request: () => ({
      method: 'POST',
      path: '/api/tabs',
      who: new Visitor(system.url),
      body: {
        ...TAB_SETTINGS,
        name: 'Ada',
        email: 'ada@example.test',
        settlement: 'before',
      },
    }),
    fine: TAB_NULLS,
  },
  {
    name: 'joining a tab',
    request: () => ({
      method: 'POST',
      path: '/api/tabs/join',
      who: new Visitor(system.url),
      body: { secret: 'x'.repeat(22), name: 'Mia', email: 'mia@example.test' },
    }),
    // Not found, like every other link that is none.
    fine: { secret: [...UNSEEN, 'a\u0000b', 'a\u0090b', '\ud800'] },
  },
  {
    name: 'changing a tab',
    request: () => ({
      method: 'PATCH',
      path: `/api/tabs/${ids.tab}`,
      who: guest,
      body: { ...TAB_SETTINGS, isLocked: true },
    }),
    fine: TAB_NULLS,
  },
  {
    name: 'adding somebody to a tab',
    request: () => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/participants`,
      who: guest,
      body: { name: 'Grandma' },
    }),
  },
  {
    name: 'changing oneself in a tab',
    request: () => ({
      method: 'PATCH',
      path: `/api/tabs/${ids.tab}/participants/${ids.host}`,
      who: guest,
      body: { name: 'Ada', email: 'ada@example.test', allergies: 'nuts' },
    }),
    fine: { email: [null], allergies: [null, ...UNSEEN] },
  },
  {
    name: 'being ready',
    request: () => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/ready`,
      who: guest,
      body: { isReady: true, participantId: ids.host },
    }),
  },
  {
    name: 'handing a tab over',
    request: () => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/host`,
      who: guest,
      body: { participantId: ids.host },
    }),
  },
  {
    name: 'adding a line to a tab',
    request: () => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/lines`,
      who: guest,
      body: {
        ...{ variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' },
        participantId: ids.host,
        sharedBetween: [{ participantId: ids.host, weight: 2 }],
      },
    }),
  },
  {
    name: 'changing a line of a tab',
    request: () => ({
      method: 'PATCH',
      path: `/api/tabs/${ids.tab}/lines/${ids.tabLine}`,
      who: guest,
      body: {
        ...{ ifVersion: 99, variantId: ids.variant, quantity: 1, options: [uuid], note: 'hot' },
        participantId: ids.host,
        sharedBetween: [{ participantId: ids.host, weight: 2 }],
      },
    }),
    fine: { note: [null] },
  },
  {
    name: 'removing a line of a tab',
    request: () => ({
      method: 'DELETE',
      path: `/api/tabs/${ids.tab}/lines/${ids.tabLine}`,
      who: guest,
      body: { ifVersion: 99 },
    }),
    fine: { ifVersion: [1e12] },
  },
  {
    name: 'previewing a round',
    request: () => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/rounds/preview`,
      who: guest,
      body: {
        lineIds: [ids.tabLine],
        split: { kind: 'even', except: [uuid], participantIds: [ids.host] },
      },
    }),
  },
  {
    name: 'sending a round',
    request: () => ({
      method: 'POST',
      path: `/api/tabs/${ids.tab}/rounds`,
      who: guest,
      body: {
        lineIds: [ids.tabLine],
        split: { kind: 'custom', amounts: [{ participantId: ids.host, amount: 350 }] },
        expectedAmount: 350,
      },
    }),
  },
  {
    name: 'canceling an order',
    request: () => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/cancel`,
      who: staff,
      body: { reason: 'closed', restock: true },
    }),
  },
  {
    name: 'advancing an order',
    request: () => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/advance`,
      who: staff,
      body: { to: 'preparing' },
    }),
  },
  {
    name: 'refunding lines',
    request: () => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/refunds`,
      who: staff,
      body: {
        shareId: ids.share,
        lines: [{ lineId: ids.line, quantity: 1 }],
        reason: 'cold',
        restock: false,
      },
    }),
  },
  {
    name: 'refunding an amount',
    request: () => ({
      method: 'POST',
      path: `/api/orders/${ids.order}/refunds`,
      who: staff,
      body: { amount: 100, reason: 'cold' },
    }),
  },
  {
    name: 'adding a product',
    fine: { description: UNSEEN, 'optionGroups.options.amount': [-1] },
    request: () => ({
      method: 'POST',
      path: '/api/products',
      who: staff,
      body: { ...product, variants: [{ name: 'Regular', unitAmount: 300, available: 5 }], optionGroups },
    }),
  },
  {
    name: 'changing a product',
    fine: { description: UNSEEN, 'optionGroups.options.amount': [-1], ifVersion: [-1, 1e12] },
    request: () => ({
      method: 'PATCH',
      path: `/api/products/${ids.product}`,
      who: staff,
      body: {
        ...product,
        variants: [{ id: ids.variant, name: 'Regular', unitAmount: 300 }],
        optionGroups,
        ifVersion: 99,
      },
    }),
  },
  {
    name: 'mending a difference',
    request: () => ({
      method: 'POST',
      path: `/api/differences/${ids.order}/mend`,
      who: staff,
      body: { action: 'void' },
    }),
  },
  {
    name: 'counting stock',
    request: () => ({
      method: 'PUT',
      path: `/api/variants/${ids.variant}/stock`,
      who: staff,
      body: { available: 5 },
    }),
  },
];

describe.each(SUBJECTS)('$name', ({ request, fine = {} }) => {
  test('refuses every field that is wrong, says which, and writes nothing', async () => {
    const before = await countRows();
    const { method, path, who, body } = request();
    const accepted: string[] = [];
    for (const { path: at, wrong } of mutations(body)) {
      const fineHere = fine[at.filter((part) => typeof part === 'string').join('.')] ?? [];
      if (fineHere.includes(wrong)) continue;
      const text = JSON.stringify(replaced(body, at, wrong === 1e400 ? '@@' : wrong)).replace(
        '"@@"',
        '1e400',
      );
      const reply = await who.call(method, path, { raw: text });
      const { error } = reply.body as {
        error?: { code: string; message: string; details?: FieldIssue[] };
      };
      const named = error?.details?.map((issue) => issue.path.join('.')).join(' ') ?? '';
      const parent = at.slice(0, -1).join('.');
      const says =
        error?.code === 'invalid_request' &&
        /^\p{Lu}.*[.!?]$/u.test(error.message) &&
        error.details?.every(({ code }) => Object.hasOwn(FIELD_WORDS, code) && code !== 'not_valid');
      if (reply.status !== 400 || !says || !(named.includes(at.join('.')) || named.includes(parent))) {
        accepted.push(
          `${at.join('.')} = ${JSON.stringify(wrong)?.slice(0, 40)}: ${reply.status} ${JSON.stringify(error)}`,
        );
      }
    }
    expect(accepted).toEqual([]);
    expect(await countRows()).toEqual(before);
  });
});

describe('requests that are wrong as a whole', () => {
  test.each([
    ['a body that is not JSON', { raw: '{"lines": [' }, 400, 'invalid_request'],
    ['a body that is not UTF-8', { raw: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) }, 400, 'invalid_request'],
    ['a form', { raw: 'lines=1', contentType: 'application/x-www-form-urlencoded' }, 400, 'invalid_request'],
    ['plain text', { raw: '{}', contentType: 'text/plain' }, 400, 'invalid_request'],
    ['an empty body', { raw: '' }, 400, 'invalid_request'],
    ['a list', { raw: '[]' }, 400, 'invalid_request'],
    ['a body too large', { raw: JSON.stringify({ lines: 'x'.repeat(70_000) }) }, 413, 'payload_too_large'],
    ['a packed body', { raw: '{}', headers: { 'content-encoding': 'gzip' } }, 400, 'invalid_request'],
    ['no key', { body: {}, key: null }, 400, 'invalid_request'],
    ['a key too short', { body: {}, key: 'short' }, 400, 'invalid_request'],
    ['a key with spaces', { body: {}, key: 'a b c d e f g h i j k l m n' }, 400, 'invalid_request'],
  ] as const)('%s', async (_name, options, status, code) => {
    const before = await countRows();
    const reply = await new Visitor(system.url).call('POST', '/api/orders', options);
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBe(code);
    expect(reply.body.error.message).toMatch(/^\p{Lu}.*[.!?]$/u);
    expect(await countRows()).toEqual(before);
  });

  test.each([
    ['an empty cart', { lines: [] }, 'lines'],
    ['too many lines', { lines: 51 }, 'lines'],
    ['an unknown product', { variantId: randomUUID() }, 'lines.0.variantId'],
    ['a quantity of zero', { quantity: 0 }, 'lines.0.quantity'],
    ['a negative quantity', { quantity: -3 }, 'lines.0.quantity'],
    ['a huge quantity', { quantity: 100 }, 'lines.0.quantity'],
    ['an unknown option', { options: [randomUUID()] }, 'lines.0.options'],
    ['a shared order, which comes later', { shared: { title: 'Party', hostName: 'Ada' } }, ''],
    ['no contact', { contact: undefined }, 'contact'],
    [
      'a card that a guest wants saved',
      { payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true } },
      'payment.savePaymentMethod',
    ],
  ])('%s', async (_name, change, at) => {
    const before = await countRows();
    const { lines, variantId, quantity, options, ...rest } = change as Record<string, unknown>;
    const line = {
      variantId: variantId ?? ids.variant,
      quantity: quantity ?? 1,
      ...(options ? { options } : {}),
    };
    const given = typeof lines === 'number' ? Array.from({ length: lines }, () => line) : (lines ?? [line]);
    const reply = await new Visitor(system.url).post('/api/orders', {
      ...guestOrder(ids.variant, { lines: given }),
      ...rest,
    });
    expect(reply.status).toBe(400);
    expect(reply.body.error.code).toBe('invalid_request');
    const paths = reply.body.error.details.map((issue: { path: Path }) => issue.path.join('.'));
    expect(paths).toContain(at);
    expect(await countRows()).toEqual(before);
  });

  test('no card, and the wish to save it', async () => {
    const before = await countRows();
    const reply = await guest.post(`/api/orders/${ids.order}/shares/${ids.share}/pay`, {
      savePaymentMethod: true,
    });
    expect(reply.status).toBe(400);
    expect(reply.body.error.details).toEqual([
      { path: ['savePaymentMethod'], code: 'card_required', message: 'needs a paymentMethodId' },
    ]);
    expect(await countRows()).toEqual(before);
  });

  test('tells only that an unknown id, or a thing that is no id, is not found', async () => {
    for (const id of [randomUUID(), 'x', '1', '%00', '%E0%A4%A', ids.order.toUpperCase()]) {
      for (const [method, path] of [
        ['GET', `/api/orders/${id}`],
        ['GET', `/api/orders/${id}/events`],
        ['POST', `/api/orders/${id}/cancel`],
        ['POST', `/api/orders/${id}/session`],
        ['POST', `/api/orders/${id}/shares/${ids.share}/pay`],
        ['GET', `/api/products/${id}`],
        ['GET', `/api/images/${id}.webp`],
        ['GET', `/api/spots/${id}`],
        ['GET', `/api/tabs/${id}`],
        ['GET', `/api/tabs/${id}/events`],
        ['POST', `/api/tabs/${id}/code`],
      ] as const) {
        const reply = await guest.call(method, path, method === 'POST' ? { body: {} } : {});
        expect([reply.status, reply.body.error?.code], `${method} ${path}`).toEqual([404, 'not_found']);
      }
    }
    const noShare = await guest.post(`/api/orders/${ids.order}/shares/${randomUUID()}/pay`);
    expect(noShare.status).toBe(404);
    const unknownRoute = await guest.get('/api/nothing/here');
    expect(unknownRoute.body.error.code).toBe('not_found');
    expect((await guest.call('DELETE', `/api/orders/${ids.order}`)).status).toBe(404);
  });

  test('tells of a link, a code or a spot that is none only that it is not found', async () => {
    for (const none of [...UNSEEN, 'a\u0000b', '\ud800', 'x'.repeat(24)]) {
      for (const [path, body] of [
        ['/api/tabs/join', { code: none, name: 'Mia' }],
        ['/api/tabs/join', { secret: none, name: 'Mia' }],
        ['/api/tabs', { spotCode: none, name: 'Mia' }],
      ] as const) {
        const reply = await new Visitor(system.url).post(path, body);
        expect([reply.status, reply.body.error.code], JSON.stringify(body)).toEqual([404, 'not_found']);
      }
    }
  });

  test.each([
    '/api/products?limit=0',
    '/api/products?limit=x',
    '/api/products?q=a&q=b',
    '/api/products?surprise=1',
    '/api/products?all=maybe',
    '/api/products?cursor=nonsense',
    '/api/products?cursor=eyJwb3NpdGlvbiI6MWUxNSwiaWQiOiJ4In0',
    '/api/products?q=%00',
    '/api/orders?status=flying',
    '/api/orders?cursor=e30',
    '/api/orders?attention=1',
    '/api/tabs?status=lost',
    '/api/tabs?cursor=e30',
  ])('the query %s', async (path) => {
    const reply = await staff.get(path);
    expect(reply.status).toBe(400);
    expect(reply.body.error.code).toBe('invalid_request');
  });

  test('a version that no order can have', async () => {
    for (const after of ['-1', 'x', '99999999999', '1.5']) {
      const reply = await guest.get(`/api/orders/${ids.order}/events?after=${after}`);
      expect(reply.status, after).toBe(400);
    }
  });
});
