/** One rule for all texts that people type, and mail addresses as they exist. */

import { statement } from '../test/setup/statement.ts';
import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LINE_RULE, MAIL_RULE, PROSE_RULE } from '../domain/contract/fields.ts';
import { readMailAddress } from '../domain/mail-address.ts';
import { textOfHistory } from '../test/invariants/history-text.ts';
import { addProduct, guestOrder } from '../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../test/setup/system.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';
import { createLogger } from './http/logger.ts';

let system: TestSystem;
let agent: Visitor;
const logged: string[] = [];
beforeAll(async () => {
  const destination = { write: (line: string) => void logged.push(line) };
  system = await startTestSystem({ logger: createLogger({ level: 'trace', destination }) });
  agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');
});
afterAll(() => system?.stop());

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
}

/** Texts that programs generate, with other rules. */
const NOT_TYPED = {
  paymentMethodId: 'an id of Stripe, of a form of its own',
  setupIntentId: 'an id of Stripe, of a form of its own',
  attempt: 'made by a page, of the form of an idempotency key',
  cursor: 'made by us, and opened again or refused',
  status: 'a list of words of ours',
  timeZone: 'the name of one that there is, or refused',
  currency: 'the code of one that there is, or refused',
  code: 'made by us, and found again or refused',
  secret: 'made by us, and found again or refused',
  spotCode: 'made by us, and found again or refused',
  deadline: 'a time, or refused',
  owed: 'one word of ours',
  ended: 'one word of ours',
};

describe('every text of every request', () => {
  test('goes through the rule, or is no text that anybody types', async () => {
    const texts = await listTexts();
    const isKnown = ({ at }: Text) => Object.hasOwn(NOT_TYPED, at.split('.').at(-1)!);
    expect(
      texts.filter((text) => !text.isRuled && !isKnown(text)),
      'give each LINE_RULE, PROSE_RULE or MAIL_RULE, or a reason in NOT_TYPED of this file',
    ).toEqual([]);
    expect(texts.length).toBeGreaterThan(15);
  });
});

/** A text of a request, such as `post /api/orders.lines.note`, and whether the rule applies to it. */
interface Text {
  readonly at: string;
  readonly isRuled: boolean;
}

/** Every text of every request, from the OpenAPI document. */
async function listTexts(): Promise<Text[]> {
  const { body: document } = await agent.get('/api/openapi.json');
  const schemas = document.components.schemas as Readonly<Record<string, Schema>>;
  const texts: Text[] = [];
  const look = (schema: Schema, at: string): void => {
    if (schema.$ref) return look(schemas[schema.$ref.split('/').at(-1)!]!, at);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) look(inner, `${at}.${name}`);
    for (const inner of schema.anyOf ?? []) look(inner, at);
    if (schema.items) look(schema.items, at);
    if (schema.type !== 'string' || schema.enum || schema.format === 'uuid' || schema.format === 'binary')
      return;
    const isRuled = [LINE_RULE, PROSE_RULE, MAIL_RULE].includes(schema.description ?? '');
    texts.push({ at, isRuled });
  };
  for (const [path, methods] of Object.entries<Record<string, Operation>>(document.paths)) {
    for (const [method, { requestBody, parameters = [] }] of Object.entries(methods)) {
      for (const { schema } of Object.values(requestBody?.content ?? {})) look(schema, `${method} ${path}`);
      for (const parameter of parameters.filter(({ in: place }) => place === 'query'))
        look(parameter.schema, `${method} ${path}?.${parameter.name}`);
    }
  }
  return texts;
}

/** Unique words per field, to find them again. */
class Typed {
  readonly words = new Map<string, string>();

  into(at: string, around = (word: string) => word): string {
    const word = this.words.get(at) ?? `w${randomUUID().slice(0, 8)}`;
    this.words.set(at, word);
    return around(word);
  }
}

/**
 * A guest's order with words in every field: paid, changed, refunded in part, canceled by `by`. Resolves with its final
 * state.
 */
async function liveThrough(typed: Typed, by: 'guest' | 'agent', cancelReason: string) {
  const tea = await addProduct(system.databases);
  const guest = new Visitor(system.url);
  const order = 'post /api/orders';
  const placed = await guest.post('/api/orders', {
    lines: [{ variantId: tea.variants[0]!.id, quantity: 2, note: typed.into(`${order}.lines.note`) }],
    contact: {
      name: typed.into(`${order}.contact.name`),
      email: typed.into(`${order}.contact.email`, (word) => `${word}@example.test`),
    },
    place: {
      kind: 'other',
      label: typed.into(`${order}.place.label`),
      name: typed.into(`${order}.place.name`),
      note: typed.into(`${order}.place.note`),
    },
    payment: { paymentMethodId: 'pm_card_visa' },
  });
  expect(placed.status).toBe(201);
  const { id } = placed.body.order;
  await expect.poll(async () => (await guest.get(`/api/orders/${id}`)).body.order.status).toBe('confirmed');
  expect((await agent.get(`/api/orders?q=${typed.into('get /api/orders?.q')}`)).body.items).toEqual([]);
  await changeIt(typed, guest, { id, variantId: tea.variants[0]!.id });
  await replaceIt(typed, guest, { id, variantId: tea.variants[0]!.id });
  const reason = typed.into('post /api/orders/{id}/refunds.reason');
  const refunded = await agent.post(`/api/orders/${id}/refunds`, { amount: 100, reason });
  expect(refunded.body.refund).toMatchObject({ cause: 'requested', reason });
  const asker = by === 'guest' ? guest : agent;
  expect((await asker.post(`/api/orders/${id}/cancel`, { reason: cancelReason })).status).toBe(200);
  await system.temporal.workflow.getHandle(`order-${id}`).result();
  return (await agent.get(`/api/orders/${id}`)).body.order;
}

/** Changes note and place of an order, and adds a line, with words in every field. */
async function changeIt(typed: Typed, guest: Visitor, { id, variantId }: { id: string; variantId: string }) {
  const { lines, version } = (await guest.get(`/api/orders/${id}`)).body.order;
  const bodyAt = (at: string) => ({
    ifVersion: version,
    set: [{ lineId: lines[0].id, note: typed.into(`${at}.set.note`) }],
    add: [{ variantId, quantity: 1, note: typed.into(`${at}.add.note`) }],
    place: {
      kind: 'other',
      label: typed.into(`${at}.place.label`),
      name: typed.into(`${at}.place.name`),
      note: typed.into(`${at}.place.note`),
    },
  });
  const path = 'post /api/orders/{id}/changes';
  const seen = await guest.post(`/api/orders/${id}/changes/preview`, bodyAt(`${path}/preview`));
  expect(seen.status, JSON.stringify(seen.body)).toBe(200);
  const body = { ...bodyAt(path), expectedDifference: seen.body.differenceAmount };
  const ofStaffAt = (at: string) => ({
    reason: typed.into(`${at}.reason`),
    discountName: typed.into(`${at}.discountName`),
  });
  const refused = { ...bodyAt(`${path}/preview`), ...ofStaffAt(`${path}/preview`) };
  expect(await guest.post(`/api/orders/${id}/changes/preview`, refused)).toMatchObject({ status: 403 });
  const send = (extra: object) => guest.post(`/api/orders/${id}/changes`, { ...body, ...extra });
  expect(await send(ofStaffAt(path))).toMatchObject({ status: 403 });
  const changed = await send({ payment: { paymentMethodId: 'pm_card_visa' } });
  expect(changed.status, JSON.stringify(changed.body)).toBe(201);
}

/** Something of it has run out, and is replaced by something else, with words in every field. */
async function replaceIt(typed: Typed, guest: Visitor, { id, variantId }: { id: string; variantId: string }) {
  const { lines } = (await guest.get(`/api/orders/${id}`)).body.order;
  const of = 'post /api/orders/{id}';
  const noted = (at: string) => ({ variantId, quantity: 1, note: typed.into(`${of}/${at}.note`) });
  const asked = await agent.post(`/api/orders/${id}/lines/${lines[0].id}/sold-out`, {
    quantity: 1,
    suggestion: noted('lines/{lineId}/sold-out.suggestion'),
  });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  const path = `/api/orders/${id}/questions/${asked.body.questionId}`;
  const { version } = (await guest.get(`/api/orders/${id}`)).body.order;
  const bodyAt = (at: string) => ({
    ...{ answer: 'choose', ifVersion: version },
    add: noted(`questions/{questionId}/${at}.add`),
  });
  const seen = await guest.post(`${path}/preview`, bodyAt('preview'));
  expect(seen.body, JSON.stringify(seen.body)).toMatchObject({ differenceAmount: 0 });
  const answered = await guest.post(`${path}/answer`, { ...bodyAt('answer'), expectedDifference: 0 });
  expect(answered.status, JSON.stringify(answered.body)).toBe(201);
}

test('no word that anybody types is in an event, a history, a log, or a row of mails', async () => {
  const typed = new Typed();
  const cancelReason = typed.into('post /api/orders/{id}/cancel.reason');
  const lived = await liveThrough(typed, 'guest', cancelReason);
  expect(lived).toMatchObject({ reason: 'canceled_by_host', reasonText: cancelReason });
  const { id } = lived;
  // A place may also be a plain string, as the first clients send it.
  const fields = (await listTexts()).filter(
    ({ at, isRuled }) => isRuled && /^\w+ \/api\/orders/.test(at) && !at.endsWith('.place'),
  );
  expect([...typed.words.keys()].toSorted()).toEqual([...new Set(fields.map(({ at }) => at))].toSorted());

  const { orders } = system.databases;
  const rows = (text: string) => query(orders.em.fork(), statement(text, id));
  const histories: string[] = [];
  for await (const { workflowId, memo, searchAttributes } of system.temporal.workflow.list()) {
    const handle = system.temporal.workflow.getHandle(workflowId);
    histories.push(textOfHistory(await handle.fetchHistory()), JSON.stringify({ memo, searchAttributes }));
  }
  const places = {
    events: JSON.stringify(await rows('select * from order_events where order_id = ?')),
    'the events of the API': JSON.stringify((await agent.get(`/api/orders/${id}/events`)).body),
    histories: histories.join('\n'),
    logs: logged.join('\n'),
    'what mails are made of': JSON.stringify(await rows('select data from mails where order_id = ?')),
  };
  expect(places.histories).toContain(id);
  expect(places.logs).toContain('/api/orders/:id/cancel');
  for (const [where, text] of Object.entries(places)) {
    const found = [...typed.words].filter(([, word]) => text.toLowerCase().includes(word));
    expect(found, where).toEqual([]);
  }
});

test.each([
  ['guest', 'out_of_stock', 'canceled_by_host'],
  ['agent', 'payment_deadline', 'canceled_by_agent'],
] as const)('a %s who types %s as the reason is not taken for the shop', async (by, code, expected) => {
  const { id, reason, reasonText } = await liveThrough(new Typed(), by, code);
  expect({ reason, reasonText }).toEqual({ reason: expected, reasonText: code });
  const { items } = (await agent.get(`/api/orders/${id}/events`)).body;
  expect(items.find(({ type }: { type: string }) => type === 'canceled').reason).toBe(expected);
});

/** With a direction mark, an invisible letter, a decomposed letter and extra spaces. */
const DIRTY = '\u202eTable\u2069 \u200b12\u3164  Cafe\u0301\u200f';
const CLEAN = 'Table 12 Café';
const FAMILY = '👨‍👩‍👧 می\u200cخواهم שלום';

test('is kept clean: in orders, cancellations, refunds, products and accounts', async () => {
  const option = { name: DIRTY, amount: 0 };
  const made = await agent.post('/api/products', {
    name: DIRTY,
    description: `${DIRTY}\r\n${FAMILY}`,
    category: DIRTY,
    taxRate: 700,
    variants: [{ name: DIRTY, unitAmount: 300, available: 9 }],
    optionGroups: [{ name: DIRTY, minimum: 0, maximum: 1, options: [option] }],
  });
  expect(made.status).toBe(201);
  const { product } = made.body;
  const texts = [product.name, product.category, product.variants[0].name, product.optionGroups[0].name];
  expect([...texts, product.optionGroups[0].options[0].name]).toEqual(Array.from({ length: 5 }, () => CLEAN));
  expect(product.description).toBe(`${CLEAN}\n${FAMILY}`);

  const guest = new Visitor(system.url);
  const placed = await guest.post('/api/orders', {
    lines: [{ variantId: product.variants[0].id, quantity: 2, note: DIRTY }],
    contact: { name: FAMILY, email: `ada-${randomUUID()}@example.test` },
    place: { kind: 'table', label: DIRTY, name: DIRTY, note: DIRTY },
    payment: { paymentMethodId: 'pm_card_visa' },
  });
  expect(placed.status).toBe(201);
  const { id } = placed.body.order;
  await expect.poll(async () => (await guest.get(`/api/orders/${id}`)).body.order.status).toBe('confirmed');
  const line = { lineId: placed.body.order.lines[0].id, quantity: 1 };
  const refunded = await agent.post(`/api/orders/${id}/refunds`, { lines: [line], reason: DIRTY });
  expect(refunded.body.refund.reason).toBe(CLEAN);
  const canceled = await agent.post(`/api/orders/${id}/cancel`, { reason: DIRTY });
  expect(canceled.body.order).toMatchObject({
    place: { kind: 'table', label: CLEAN, name: CLEAN, note: CLEAN },
    reason: 'canceled_by_agent',
    reasonText: CLEAN,
    participants: [{ name: FAMILY }],
  });
  expect(canceled.body.order.lines[0].note).toBe(CLEAN);

  const customer = new Visitor(system.url);
  const account = {
    name: DIRTY,
    email: `ada-${randomUUID()}@example.test`,
    password: 'correct horse battery',
  };
  const signedUp = await customer.post('/api/auth/sign-up/email', account);
  expect(signedUp.body.user.name).toBe(CLEAN);
});

/** As it is typed, and as mail is sent to it. */
const ADDRESSES = [
  ['John&Mary@Example.test', 'john&mary@example.test'],
  ['ada@xn--80ak6aa92e.xn--p1ai', 'ada@xn--80ak6aa92e.xn--p1ai'],
  ['ada@Bücher.пример', 'ada@xn--bcher-kva.xn--e1afmkfd'],
  ["o'neil+bar{1}@example.test", "o'neil+bar{1}@example.test"],
] as const;

test.each(["o'neil@example.test'", 'jörg@example.test', 'ada@127.0.0.1', 'ada@example'])(
  'the mail address %s is refused alike by orders and accounts, at its field',
  async (typed) => {
    const tea = await addProduct(system.databases);
    const visitor = new Visitor(system.url);
    const order = { ...guestOrder(tea.variants[0]!.id), contact: { name: 'Ada', email: typed } };
    const placed = await visitor.post('/api/orders', order);
    const account = { name: 'Ada', email: typed, password: 'correct horse battery' };
    const signedUp = await visitor.post('/api/auth/sign-up/email', account);
    const code = 'not_a_mail_address';
    const message = 'must be a mail address such as ada@example.com';
    expect([placed.body.error.code, signedUp.body.error.code]).toEqual([
      'invalid_request',
      'invalid_request',
    ]);
    expect(placed.body.error.details).toEqual([{ path: ['contact', 'email'], code, message }]);
    expect(signedUp.body.error.details).toEqual([{ path: ['email'], code, message }]);
    for (const { error } of [placed.body, signedUp.body]) expect(error.message).not.toMatch(/email/);
  },
);

async function linkIn(address: string, pattern: RegExp): Promise<URL> {
  const find = () =>
    system.mails.mails
      // This server displays Punycode as the characters it encodes.
      .filter(({ to }) => to.some((recipient) => readMailAddress(recipient) === address))
      .map(({ text }) => pattern.exec(text)?.[0])
      .findLast(Boolean);
  await expect.poll(find).toBeTruthy();
  return new URL(find()!.replace(/&amp;/g, '&'));
}

describe.each(ADDRESSES)('the mail address %s', (typed, address) => {
  test('orders, and gets mail', async () => {
    const tea = await addProduct(system.databases);
    const guest = new Visitor(system.url);
    const placed = await guest.post('/api/orders', {
      ...guestOrder(tea.variants[0]!.id),
      contact: { name: 'Ada', email: typed },
      payment: { paymentMethodId: 'pm_card_visa' },
    });
    expect(placed.status).toBe(201);
    await linkIn(address, new RegExp(`/orders/${placed.body.order.id}`.replace('/', 'http\\S+/')));
    const seen = await agent.get(`/api/orders/${placed.body.order.id}`);
    expect(seen.body.order.contact.email).toBe(address);
  });

  test('signs up, is verified, signs in and gets another password', async () => {
    const visitor = new Visitor(system.url);
    const account = { name: 'Ada', email: typed, password: 'correct horse battery' };
    const signedUp = await visitor.post('/api/auth/sign-up/email', account);
    expect([signedUp.status, JSON.stringify(signedUp.body)]).toEqual([
      200,
      expect.not.stringContaining('alias'),
    ]);
    const link = await linkIn(address, /http:\/\/\S+?\/api\/auth\/verify-email\?[^"\s<>]+/);
    expect((await visitor.get(link.pathname + link.search)).status).toBe(302);
    const rows = await query<{ email: string }>(
      system.databases.users.em.fork(),
      sql`select email from users where email = ${address}`,
    );
    expect(rows).toHaveLength(1);
    for (const email of [typed, address]) {
      const signedIn = await visitor.post('/api/auth/sign-in/email', { ...account, email });
      expect([signedIn.status, JSON.stringify(signedIn.body)]).toEqual([
        200,
        expect.not.stringContaining('alias'),
      ]);
    }
    expect((await visitor.get('/api/me')).body.user).toMatchObject({ email: address, emailVerified: true });
    const asked = await visitor.post('/api/auth/request-password-reset', {
      email: typed,
      redirectTo: '/reset-password',
    });
    expect(asked.status).toBe(200);
    await linkIn(address, /http:\/\/\S+?\/api\/auth\/reset-password\/[^"\s<>]+/);
  });
});

test('staff find an order whatever case, accents, width and spaces they type', async () => {
  const tea = await addProduct(system.databases);
  const contact = { name: 'Renée Groß-Łukasz', email: `renee-${randomUUID()}@example.test` };
  const place = { kind: 'table', label: 'Straßencafé 7' };
  const placed = await new Visitor(system.url).post('/api/orders', {
    ...guestOrder(tea.variants[0]!.id),
    contact,
    place,
  });
  const { id, code } = placed.body.order;
  const find = async (q: string): Promise<string[]> => {
    const found = await agent.get(`/api/orders?q=${encodeURIComponent(q)}`);
    return found.body.items.map((order: { id: string }) => order.id);
  };
  const decomposed = 'RENE\u0301E';
  for (const q of [
    'renee',
    decomposed,
    'ｒｅｎｅｅ',
    'gross  lukasz',
    'lukasz renee',
    'strassencafe',
    'cafe 7 renée',
  ])
    expect(await find(q), q).toEqual([id]);
  for (const q of [code, `#${code.toLowerCase()}`]) expect(await find(q), q).toContain(id);
  for (const q of ['renee nobody', '%', '_', 'rene e7']) expect(await find(q), q).toEqual([]);
});
