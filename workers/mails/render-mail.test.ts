import { describe, expect, it } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import { MAIL_TYPES } from '../../domain/events.ts';
import { exampleChangeMails, exampleMails, exampleOrder, exampleShop } from './mail-examples.ts';
import type { MailContent } from './mail-content.ts';
import { renderMail as renderMailFrom } from './render-mail.ts';

const renderMail = (mail: MailContent) => renderMailFrom(mail, exampleShop, 'en');

const HOSTILE = `<img src=x onerror="alert(1)">'"&\r\nBcc: victim@sharetab.test\u2028\u202e{{rows}}$&`;
const about = (changes: Parameters<typeof exampleOrder>[0] = {}) => ({
  order: exampleOrder(changes),
  customerName: 'Ada',
  orderUrl: 'https://sharetab.test/orders/1#guest=abc',
  receiptUrl: 'https://sharetab.test/orders/1/receipt#guest=abc',
});

function hostileMails(): MailContent[] {
  const order = exampleOrder({
    place: { kind: 'other', label: HOSTILE, name: HOSTILE, note: HOSTILE },
    reason: 'canceled_by_agent',
    reasonText: HOSTILE,
  });
  const hostileOrder = {
    ...order,
    participants: [
      { id: order.host, name: HOSTILE },
      { id: crypto.randomUUID(), name: 'Bob' },
    ],
    lines: order.lines.map((line) => ({
      ...line,
      name: HOSTILE,
      note: HOSTILE,
      options: line.options.map((option) => ({ ...option, name: HOSTILE })),
    })),
  };
  return exampleMails(hostileOrder, HOSTILE).map((mail) =>
    'reasonText' in mail ? { ...mail, reasonText: HOSTILE } : mail,
  );
}

describe('renderMail', () => {
  it('lets no Hebrew or Arabic turn what stands around it, in any part of any mail', async () => {
    const order = exampleOrder({ place: { kind: 'other', label: 'שולחן 12' }, reasonText: 'سبب' });
    const [first, second] = order.lines;
    const rightToLeft = {
      ...order,
      participants: [
        { id: order.host, name: 'דוד 12' },
        { id: crypto.randomUUID(), name: 'مريم' },
      ],
      lines: [{ ...first!, name: 'קפה', note: 'בלי סוכר', options: [] }, second!],
    };
    const mails = exampleMails(rightToLeft, 'דוד 12').map((mail) =>
      'reasonText' in mail ? { ...mail, reasonText: 'סליחה 12' } : mail,
    );
    let seen = 0;
    for (const mail of mails) {
      for (const part of Object.values(await renderMail(mail))) {
        const around = part.replace(/\u2068[^\u2068\u2069]*\u2069/g, () => `${(seen += 1)}`);
        expect(around, mail.type).not.toMatch(/[\u0590-\u08ff\u2068\u2069]/);
      }
    }
    expect(seen).toBeGreaterThan(40);
  });

  it('keeps the invisible letters that a script needs', async () => {
    const name = 'می\u200cخواهم';
    const { text } = await renderMail({ type: 'order_ready', ...about(), customerName: name });
    expect(text).toContain(`Hello \u2068${name}\u2069,`);
  });

  it('says from the kind of the place whether an order is brought, and from no word', async () => {
    const told = async (place: Order['place']) =>
      (await renderMail({ type: 'order_ready', ...about({ place }) })).text.replaceAll(/\s+/g, ' ');
    expect(await told({ kind: 'table', label: 'Pick-up' })).toMatch(/we bring it to you.*Where: Pick-up/);
    expect(await told({ kind: 'pickup', label: '', name: 'Ada' })).toMatch(
      /come and get it.*Where: Pick-up: Ada/,
    );
    expect(await told(null)).toContain('come and get it');
    expect(await told({ kind: 'other', label: 'Pick-up: Ada' })).not.toMatch(/bring|come and get/);
  });

  it('renders a mail of every type with subject, HTML, text and the link in both', async () => {
    const mails = exampleMails();
    expect(mails.map((mail) => mail.type)).toEqual([...MAIL_TYPES]);
    for (const mail of mails) {
      const { subject, html, text } = await renderMail(mail);
      const url = 'url' in mail ? mail.url : mail.orderUrl;
      expect(subject).toMatch(/^.{5,80}$/);
      expect(html).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
      expect(html).not.toMatch(/\{\{\w+\}\}|undefined|\[object/);
      expect(text).toContain(url);
      expect(text).not.toMatch(/<\w|undefined|\[object/);
    }
  });

  it('has on a receipt all that one needs, in both parts: who sold what when at which price, tip and tax apart', async () => {
    const { subject, html, text } = await renderMail({ type: 'receipt', ...about() });
    expect(subject).toBe('Your receipt for order 42: €45.90');
    const both = [html, text].map((part) => part.replaceAll(/<[^>]+>|&nbsp;/g, ' ').replaceAll(/\s+/g, ' '));
    for (const part of [
      'Receipt 42 · 22 November 2026 at 19:05 CET',
      'Café Kegel, Am Markt 3, 10115 Berlin',
      'Tax id DE123456789',
      'Lane 7',
      '2 × Flat white, large',
      'Oat milk +€0.50',
      'each €4.50',
      '€9.00 A',
      '“no onions, please”',
      'Order €41.90',
      'Tip €4.00',
      'Total €45.90',
      'Visa •••• 4242 €45.90',
      'Rate Net Tax Gross',
      'A 19% €7.56 €1.44 €9.00',
      'B 7% €30.75 €2.15 €32.90',
      'Sum €38.31 €3.59 €41.90',
    ]) {
      for (const written of both) expect(written).toContain(part);
    }
    for (const part of [html, text])
      expect(part).toContain('https://sharetab.test/orders/1/receipt#guest=abc');
  });

  it('tells of a change what came, what went, what it costs and how, and the order as it is', async () => {
    const [mail] = exampleChangeMails(exampleOrder());
    const { subject, html, text } = await renderMail(mail!);
    expect(subject).toBe('Order 42 was changed');
    const both = [html, text].map((part) => part.replaceAll(/<[^>]+>|&nbsp;/g, ' ').replaceAll(/\s+/g, ' '));
    for (const part of [
      'Added: 1 × Flat white, large (',
      'Taken off: 1 × Smoky strike burger with cheddar and pickles (Medium, “no onions, please”).',
      '€4.20 more was charged to Visa •••• 4242.',
      'Total €45.90',
      'More by this change €4.20',
    ])
      for (const written of both) expect(written.replaceAll(/[\u2066-\u2069]/gu, '')).toContain(part);
  });

  it('leads to the receipt from the mails about money that goes back of it, and not where there is none', async () => {
    for (const type of ['order_canceled', 'refund_issued'] as const) {
      const paid = await renderMail({ type, ...about(), refundAmount: 900 });
      for (const part of [paid.html, paid.text]) expect(part).toContain('/orders/1/receipt#guest=abc');
      const unpaid = await renderMail({ type, ...about({ confirmedAt: null }), refundAmount: 900 });
      expect(unpaid.html).not.toContain('/receipt');
    }
  });

  it('stays the receipt of what was sold, also when it is sent after something went back', async () => {
    const before = await renderMail({ type: 'receipt', ...about() });
    const order = exampleOrder({ refundedAmount: 900 });
    expect(await renderMail({ type: 'receipt', ...about(), order })).toEqual(before);
  });

  it.each([
    ['jpy', ['each ¥450', '¥900 A', 'Sum ¥3,831 ¥359 ¥4,190']],
    ['kwd', ['each KWD 0.450', 'KWD 0.900 A', 'Sum KWD 3.831 KWD 0.359 KWD 4.190']],
  ])('writes a receipt in %s with the digits of that currency', async (currency, parts) => {
    const { text } = await renderMail({ type: 'receipt', ...about({ currency }) });
    for (const part of parts) expect(text.replaceAll(/\s+/g, ' ')).toContain(part);
  });

  it('says for whom a line is, and who paid what how, where several have ordered together', async () => {
    const order = exampleOrder();
    const grace = crypto.randomUUID();
    const participants = [...order.participants, { id: grace, name: 'Grace' }];
    const [share] = order.shares;
    const shares = [
      { ...share!, amount: 2190 },
      {
        ...share!,
        id: grace,
        participantId: grace,
        amount: 2000,
        tipAmount: 0,
        method: 'cash' as const,
        card: null,
      },
    ];
    const { text, html } = await renderMail({
      type: 'receipt',
      ...about({ ...order, participants, shares }),
    });
    expect(text).toContain('for Ada');
    for (const part of [text, html]) {
      expect(part).toContain('Who paid what');
      expect(part).toContain('Ada, Visa •••• 4242, tip €4.00 included');
      expect(part).toContain('Grace, Cash');
    }
    const alone = await renderMail({ type: 'receipt', ...about() });
    expect(alone.text).not.toMatch(/for Ada|Who paid/);
  });

  it('says in every mail from which shop it is', async () => {
    for (const mail of exampleMails()) {
      const { html, text } = await renderMail(mail);
      for (const part of [html, text]) {
        expect(part).toContain('Café Kegel · Am Markt 3 · 10115 Berlin · Tax id DE123456789');
        expect(part).not.toContain('Sharetab');
      }
    }
  });

  it('tells a customer what goes back and why, and one who never paid that she was not charged', async () => {
    const paid = await renderMail({
      type: 'order_canceled',
      ...about({ reason: 'canceled_by_agent', reasonText: 'out_of_stock' }),
      refundAmount: 4590,
    });
    expect(paid.text).toContain('€45.90 goes back to the card');
    expect(paid.text).toContain('We are sorry: we had to cancel');
    expect(paid.text).toContain('“out_of_stock”');
    expect(paid.text).not.toContain('sold out');
    const unpaid = await renderMail({
      type: 'order_canceled',
      ...about({ number: null, reason: 'canceled_by_host', reasonText: 'payment_deadline' }),
    });
    expect(unpaid.subject).toBe('Canceled: your order');
    expect(unpaid.text).toContain('as you asked');
    expect(unpaid.text).not.toMatch(/payment_deadline|not paid in time/);
    expect(unpaid.text).toContain('You have not been charged');
  });

  it('says of money that came in cash that it goes back in cash, whatever ends the order', async () => {
    for (const type of ['order_canceled', 'order_expired', 'refund_issued'] as const) {
      const cash = await renderMail({ type, ...about({}), refundAmount: 500, cashAmount: 500 });
      expect(cash.text).toContain('You get €5.00 back in cash');
      expect(cash.text).not.toMatch(/back to the card|not been charged/);
      const both = await renderMail({ type, ...about({}), refundAmount: 700, cashAmount: 500 });
      expect(both.text.replaceAll(/\s+/g, ' ')).toMatch(
        /€2\.00 goes back to the card.*You get €5\.00 back in cash/,
      );
    }
  });

  it('tells who has not paid yet the code to say at the counter, and until when', async () => {
    const order = { number: null, deadline: '2026-11-22T18:20:00.000Z' };
    const { text } = await renderMail({ type: 'order_received', ...about(order) });
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`say the code ${exampleOrder().code}`);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('until 22 November 2026 at 19:20 CET');
  });

  it('lets nothing that people wrote become markup, another header or another place of the frame', async () => {
    for (const mail of hostileMails()) {
      const { subject, html, text } = await renderMail(mail);
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
      expect(html).not.toContain('<img src=x');
      expect(html).not.toContain('onerror="');
      expect(html).not.toContain('\u202e');
      expect(text).not.toMatch(/^Bcc:/m);
      expect(html.match(/<h1/g)).toHaveLength(1);
    }
  });

  it('leaves a name that looks like a link out of the greeting', async () => {
    const url = 'https://sharetab.test/verify';
    for (const name of ['Win at www.evil.test', 'https://evil.test', 'evil.com', 'a@evil.com', '', ' \n ']) {
      const { html, text } = await renderMail({ type: 'verify_email', name, url });
      expect(text).toContain('Hello,\n');
      expect(`${html}${text}`).not.toContain('evil');
    }
    const { text } = await renderMail({ type: 'verify_email', name: 'J. Åström-O’Neill', url });
    expect(text).toContain('Hello J. Åström-O’Neill,');
  });

  it('renders the same mail again for the same content, and fast once the frame is there', async () => {
    const [mail] = exampleMails();
    const first = await renderMail(mail!);
    const startedAt = performance.now();
    for (let count = 0; count < 100; count += 1) expect(await renderMail(mail!)).toEqual(first);
    // To compile the frame takes most of a second.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('writes amounts in the digits of their currency', async () => {
    const { text } = await renderMail({
      type: 'refund_issued',
      ...about({ currency: 'jpy' }),
      refundAmount: 1645,
    });
    expect(text).toContain('¥1,645');
  });
});
