import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { addAccountMail, claimDueMails } from '../../db/orders/mails/mails.ts';
import { placeOrder, PlacedOrder } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import { addProduct } from '../../test/setup/menu.ts';
import { Visitor } from '../../test/setup/visitor.ts';
import { createMailer } from './mailer.ts';
import { createMailActivities } from './mails.ts';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  await system.agent.call('PATCH', '/api/me', { body: { language: 'fr' } });
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(() => system.mailServer.answerWith(undefined));
afterAll(() => system?.stop());

interface Row {
  id: string;
  type: string;
  status: string;
  attempts: number;
  lastError: string | null;
  recipient: string;
  language: string;
}
const rowsOf = (order: PlacedOrder) =>
  query<Row>(
    system.databases.orders.em.fork(),
    sql`select id, type, status, attempts, last_error as "lastError", recipient, language from mails where order_id = ${order.id}
     order by created_at, type`,
  );
const received = (row: Row) =>
  system.mailServer.mails.filter(({ messageId }) => messageId.startsWith(`<${row.id}@`));

async function confirmed(): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return order;
}
async function untilSent(order: PlacedOrder): Promise<Row[]> {
  await until('all mails are sent', async () =>
    (await rowsOf(order)).every(({ status }) => status === 'sent'),
  );
  return rowsOf(order);
}

test('a dead mail server delays no order, and every mail arrives once it is back', async () => {
  await system.mailServer.die();
  const order = await confirmed();
  await order.serve();
  await until('sending was tried', async () => (await rowsOf(order)).some(({ attempts }) => attempts > 0));
  const waiting = await rowsOf(order);
  expect(waiting.map(({ type }) => type)).toEqual(['agent_new_order', 'receipt', 'order_ready']);
  expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['due']));
  expect((await order.workflow.describe()).status.name).toBe('RUNNING');

  await system.mailServer.live();
  const sent = await untilSent(order);
  for (const row of sent) {
    expect(received(row)).toHaveLength(1);
    expect(received(row)[0]!.to).toEqual([row.recipient]);
  }
  expect(await order.workflow.result()).toEqual({ status: 'completed' });
});

test('a mail whose acceptance was never heard comes again, under the same Message-ID', async () => {
  const lost = new Set<string>();
  system.mailServer.answerWith(({ messageId }) => {
    if (lost.has(messageId)) return undefined;
    lost.add(messageId);
    return { code: 451, message: 'try again later', kept: true };
  });
  const order = await confirmed();
  for (const row of await untilSent(order)) {
    expect(row.attempts).toBe(2);
    expect(received(row)).toHaveLength(2);
    expect(new Set(received(row).map(({ messageId }) => messageId)).size).toBe(1);
  }
});

test('a mailbox that is refused for good is not tried again, and keeps no other mail back', async () => {
  let refused = 0;
  system.mailServer.answerWith(({ to }) => {
    if (to.some((address) => address.endsWith('@guest.test'))) {
      refused += 1;
      return { code: 550, message: 'no such mailbox wilhelmina@guest.test' };
    }
    return undefined;
  });
  const order = await confirmed();
  await until('all mails are decided', async () =>
    (await rowsOf(order)).every(({ status }) => status !== 'due'),
  );
  const rows = await rowsOf(order);
  expect(rows.map(({ type, status }) => `${type} ${status}`)).toEqual([
    'agent_new_order sent',
    'receipt failed',
  ]);
  expect(refused).toBe(1);
  // A server's message may contain an address: only its code is kept.
  expect(rows[1]!.lastError).toMatch(/550/);
  expect(rows[1]!.lastError).not.toMatch(/guest\.test/);
});

test('one mail that is put off does not hold the others of its order up', async () => {
  system.mailServer.answerWith(({ to }) =>
    to.some((address) => address.endsWith('@guest.test')) ? { code: 450, message: 'greylisted' } : undefined,
  );
  const order = await confirmed();
  const statusOf = async (type: string) => (await rowsOf(order)).find((row) => row.type === type)!.status;
  await until('the agents’ mail is sent', async () => (await statusOf('agent_new_order')) === 'sent');
  expect(await statusOf('receipt')).toBe('due');
  system.mailServer.answerWith(undefined);
  await untilSent(order);
});

test('a refund is made while the mail server is dead', async () => {
  const order = await confirmed();
  await untilSent(order);
  await system.mailServer.die();
  await order.cancel(system.agent);
  await order.until('refunded', ({ paymentStatus }) => paymentStatus === 'refunded');
  expect(await order.atStripe()).toMatchObject({ refunded: 350 });
  await system.mailServer.live();
  expect((await untilSent(order)).map(({ type }) => type)).toContain('order_canceled');
});

test('of an order that is canceled and refunded everybody hears once', async () => {
  const order = await confirmed();
  await untilSent(order);
  await order.cancel(system.agent);
  await order.until('refunded', ({ paymentStatus }) => paymentStatus === 'refunded');
  expect(await order.workflow.result()).toMatchObject({ status: 'canceled' });
  for (const row of await untilSent(order)) expect(received(row)).toHaveLength(1);
});

describe('mails that several workers would send', () => {
  /** A worker's mail activities, with separate connections to the mail server. */
  function startSender() {
    const mailer = createMailer(system.config.mail);
    const { sendAccountMail } = createMailActivities({ ...system.config, ...system, mailer });
    return {
      /** How many of them it sent; it reports the others as unsent. */
      send: async (mailIds: readonly string[]): Promise<number> => {
        const outcomes = await Promise.allSettled(mailIds.map((mailId) => sendAccountMail({ mailId })));
        const failures = outcomes.flatMap((outcome) =>
          outcome.status === 'rejected' ? [outcome.reason] : [],
        );
        for (const failure of failures) expect(failure).toMatchObject({ type: 'MailNotSent' });
        return mailIds.length - failures.length;
      },
      stop: () => mailer.close(),
    };
  }
  /** Mails that no workflow sends. */
  const addMails = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        addAccountMail(system.databases.orders, {
          type: 'verify_email',
          recipient: `person${index}@customer.test`,
          recipientName: 'Ada',
          language: 'en',
          url: `${system.url}/verify`,
        }),
      ),
    );
  const copiesOf = (mailIds: readonly string[]) =>
    mailIds.map(
      (id) => system.mailServer.mails.filter(({ messageId }) => messageId.startsWith(`<${id}@`)).length,
    );
  const once = (mailIds: readonly string[]) => mailIds.map(() => 1);

  test('are accepted once each when two send at the same time', async () => {
    const mailIds = await addMails(30);
    const senders = [startSender(), startSender()];
    const sent = await Promise.all(senders.map((sender) => sender.send(mailIds)));
    expect(sent[0]! + sent[1]!).toBeGreaterThanOrEqual(mailIds.length);
    expect(copiesOf(mailIds)).toEqual(once(mailIds));
    // An activity that reported unsent mails finds on its next attempt that they are sent.
    expect(await senders[0]!.send(mailIds)).toBe(mailIds.length);
    expect(copiesOf(mailIds)).toEqual(once(mailIds));
    for (const sender of senders) sender.stop();
  });

  test('are left alone while another is sending them, and taken over once its claim has run out', async () => {
    const [alive, dead] = (await addMails(2)) as [string, string];
    const { orders } = system.databases;
    const claim = (mailId: string, forMs: number) =>
      claimDueMails(orders, { mailId }, { id: crypto.randomUUID(), forMs });
    expect((await claim(alive, 60_000)).claimed).toHaveLength(1);
    expect((await claim(dead, 0)).claimed).toHaveLength(1);

    const sender = startSender();
    expect(await sender.send([alive, dead])).toBe(1);
    expect(copiesOf([alive, dead])).toEqual([0, 1]);
    await run(orders.em.fork(), sql`update mails set claimed_until = now() where id = ${alive}`);
    expect(await sender.send([alive, dead])).toBe(2);
    expect(copiesOf([alive, dead])).toEqual([1, 1]);
    sender.stop();
  });

  test('that the server puts off are free again at once', async () => {
    const mailIds = await addMails(3);
    system.mailServer.answerWith(() => ({ code: 451, message: 'later' }));
    const senders = [startSender(), startSender()];
    expect(await senders[0]!.send(mailIds)).toBe(0);
    system.mailServer.answerWith(undefined);
    expect(await senders[1]!.send(mailIds)).toBe(3);
    expect(copiesOf(mailIds)).toEqual(once(mailIds));
    for (const sender of senders) sender.stop();
  });
});

test('each mail comes in the language of whoever it is for', async () => {
  const guest = new Visitor(system.url);
  const email = `${crypto.randomUUID()}@guest.test`;
  const reply = await guest.post(
    '/api/orders',
    {
      lines: [{ variantId, quantity: 1 }],
      contact: { name: 'Wilhelmina', email },
      payment: { paymentMethodId: 'pm_card_visa' },
    },
    { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.1' } },
  );
  const order = new PlacedOrder(system, guest, reply.body.order.id);
  await order.untilStatus('confirmed');
  const languageOf = ({ source }: { source: string }) =>
    /^Content-Language: (.*)$/m.exec(source)?.[1]?.trim();
  const seen = (await untilSent(order)).flatMap((row) =>
    received(row).map((mail) => `${row.type} ${row.language} ${languageOf(mail)}`),
  );
  expect(seen).toEqual(['agent_new_order fr fr', 'receipt de de']);
});
