/** Renders every mail in every language: complete, and without words of another language. */

import { describe, expect, it } from 'vitest';
import {
  exampleChangeMails,
  exampleMails,
  exampleOrder,
  exampleRoundMails,
  exampleShop,
} from './mail-examples.ts';
import type { MailContent } from './mail-content.ts';
import { describeMail } from './describe-mail.ts';
import { LANGUAGES, STAFF_LANGUAGES, type Language } from '../../messages/compiled/languages.ts';
import { readerOf } from './reader.ts';
import { renderMail } from './render-mail.ts';

/** Mails with every optional part: paid and unpaid, by card and in cash, with one payer and several. */
function mails(): MailContent[] {
  const order = exampleOrder();
  const bob = crypto.randomUUID();
  const unpaid = {
    ...order,
    number: null,
    deadline: '2026-11-22T18:20:00.000Z',
    reason: 'payment_deadline' as const,
  };
  const [share] = order.shares;
  const shared = {
    ...order,
    tab: { id: bob, round: 1, title: 'Ladies’ night' },
    participants: [...order.participants, { id: bob, name: 'Bob' }],
    shares: [
      { ...share!, amount: 2190 },
      { ...share!, id: bob, participantId: bob, amount: 2000, method: 'cash' as const, card: null },
    ],
    refundedAmount: 700,
  };
  const isOfPaid = ({ type }: MailContent) => type === 'receipt' || type.startsWith('agent_');
  const ofAll = [order, unpaid, shared].flatMap((each) =>
    exampleMails(each)
      .filter((mail) => each.number !== null || !isOfPaid(mail))
      .flatMap((mail): MailContent[] =>
        'cashAmount' in mail || !('refundAmount' in mail) || mail.refundAmount === undefined
          ? [mail]
          : [mail, { ...mail, cashAmount: 500 }, { ...mail, cashAmount: mail.refundAmount }],
      ),
  );
  return [...ofAll, ...exampleRoundMails(shared), ...exampleChangeMails(shared)];
}

const isForStaff = ({ type }: MailContent) => type.startsWith('agent_');
const languagesOf = (mail: MailContent): readonly Language[] =>
  isForStaff(mail) ? STAFF_LANGUAGES : LANGUAGES;

/** Every text in a value, at any depth. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Words that two languages share. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  fr: ['Total'],
  de: [],
};

describe('every mail', () => {
  it('has its texts in the reader’s language: none is left in English', () => {
    const english = (mail: MailContent) => textsOf(describeMail(mail, readerOf('en', exampleShop)));
    let compared = 0;
    for (const mail of mails()) {
      const data = new Set(textsOf([mail, exampleShop, 'good', 'calm', 'warn', 'large', 'medium']));
      for (const language of languagesOf(mail).filter((each) => each !== 'en')) {
        const texts = textsOf(describeMail(mail, readerOf(language, exampleShop)));
        const same = english(mail).filter((text, index) => text === texts[index]);
        expect(
          same.filter(
            (text) =>
              /\p{L}{3}/u.test(text) &&
              !data.has(text) &&
              !SAME[language]?.includes(text) &&
              !text.includes('Am Markt') &&
              !text.startsWith('Visa'),
          ),
          `${mail.type} in ${language}`,
        ).toEqual([]);
        compared += texts.length;
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('is whole in both parts, with amounts and times as its language writes them', async () => {
    for (const mail of mails()) {
      for (const language of languagesOf(mail)) {
        const { subject, html, text } = await renderMail(mail, exampleShop, language);
        expect(subject, mail.type).toMatch(/^.{5,90}$/);
        expect(html).toContain(`lang="${language}"`);
        const url = 'url' in mail ? mail.url : mail.orderUrl;
        expect(text).toContain(url);
        expect(html).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
        expect(`${subject}${text}`, `${mail.type} in ${language}`).not.toMatch(/\bnone\b|\{\w+/);
        for (const part of [subject, html, text]) {
          expect(part, `${mail.type} in ${language}`).not.toMatch(/undefined|\[object|\{\{/);
          if (language !== 'en') expect(part, `${mail.type} in ${language}`).not.toMatch(/€\d/);
          if (language === 'en') expect(part, `${mail.type} in ${language}`).not.toMatch(/\d€|\d €/);
        }
      }
    }
  });

  it('writes a receipt as French and German readers know it', async () => {
    const about = exampleMails().find(({ type }) => type === 'receipt')!;
    const plain = async (language: Language) =>
      (await renderMail(about, exampleShop, language)).text.replaceAll(/\s+/g, ' ');
    const french = await plain('fr');
    for (const part of [
      'Bonjour Ada,',
      '45,90 € PAYÉS',
      'Reçu 42 · 22 novembre 2026 à 19:05',
      'A 19 % 7,56 € 1,44 € 9,00 €',
      '« no onions, please »',
      'N° fiscal DE123456789',
    ])
      expect(french).toContain(part);
    const german = await plain('de');
    for (const part of [
      'Guten Tag Ada,',
      'Beleg 42 · 22. November 2026 um 19:05',
      'A 19 % 7,56 € 1,44 € 9,00 €',
      '„no onions, please“',
    ])
      expect(german).toContain(part);
  });

  it('counts as its language does', () => {
    const order = exampleOrder();
    const one = { ...order, lines: order.lines.slice(0, 1).map((line) => ({ ...line, quantity: 1 })) };
    const subjectOf = (of: typeof order, language: Language) =>
      describeMail(
        { type: 'agent_new_order', order: of, customerName: 'Ada', orderUrl: 'https://sharetab.test/' },
        readerOf(language, exampleShop),
      ).headline;
    expect(subjectOf(one, 'en')).toBe('1 item for Ada');
    expect(subjectOf(order, 'en')).toBe('4 items for Ada');
    expect(subjectOf(one, 'fr')).toBe('1 article pour Ada');
    expect(subjectOf(order, 'fr')).toBe('4 articles pour Ada');
  });
});
