/**
 * Every field of every body with every kind of bad value: the response has a code, a sentence and the field's path, and
 * no row is written.
 */

import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import type { RouteContract } from '../domain/contract/route.ts';
import { ROUTE_NAMES, ROUTES } from '../domain/contract/routes.ts';
import type { FieldIssue } from '../domain/field-problem.ts';
import { FIELD_WORDS } from './http/field-words.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutations, replaced, UNSEEN, type Path } from '../test/requests/bad-input/mutations.ts';
import { OF_ORDERS } from '../test/requests/bad-input/orders.ts';
import { OF_THE_SHOP } from '../test/requests/bad-input/shop.ts';
import type { Scene } from '../test/requests/bad-input/subject.ts';
import { OF_TABS } from '../test/requests/bad-input/tabs.ts';
import { addProduct, guestOrder } from '../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../test/setup/system.ts';
import { openTab } from '../test/setup/tabs.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';

let system: TestSystem;
let staff: Visitor;
let guest: Visitor;
let ids: Scene['ids'];

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
    catalog: ['products', 'variants', 'pictures', 'holds', 'catalog_changes', 'spots', 'shop_changes'],
    orders: [
      ...['orders', 'participants', 'lines', 'shares', 'payment_attempts', 'cancel_requests', 'refunds'],
      ...[
        'order_events',
        'changes',
        'tabs',
        'tab_participants',
        'tab_events',
        'tab_cards',
        'knocks',
        'mends',
      ],
    ],
    users: ['users', 'accounts', 'stripe_customers', 'saved_cards', 'people_changes'],
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

const SUBJECTS = [...OF_THE_SHOP, ...OF_ORDERS, ...OF_TABS];

const scene = (): Scene => {
  const settings = system.config.firstSettings;
  return { staff, guest, ids, settings, anybody: () => new Visitor(system.url) };
};

test('every route with a body is among the subjects', () => {
  const asked = SUBJECTS.map(({ request }) => request(scene())).map(
    ({ method, path }) => `${method} ${path}`,
  );
  const missing = ROUTE_NAMES.filter((name) => {
    const { body }: RouteContract = ROUTES[name];
    const pattern = new RegExp(`^${name.replace(/:\w+/g, '[^/]+')}$`);
    return body !== undefined && !asked.some((one) => pattern.test(one));
  });
  expect(missing).toEqual([]);
});

describe.each(SUBJECTS)('$name', ({ request, fine = {} }) => {
  test('refuses every field that is wrong, says which, and writes nothing', async () => {
    const before = await countRows();
    const { method, path, who, body } = request(scene());
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
