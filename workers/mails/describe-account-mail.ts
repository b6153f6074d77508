import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet } from './names.ts';
import type { Reader } from './reader.ts';

const withoutOrder = { lines: [], sums: [] } as const;

/** Asks the owner of a new account to verify her address. */
export function verifyEmail({ name, url }: ContentOf<'verify_email'>, reader: Reader): MailView {
  const { accountMails: words } = reader.messages;
  const shop = reader.shop.name;
  return {
    ...withoutOrder,
    subject: words.verifySubject({ shop }),
    preview: words.verifyPreview(),
    badge: { label: words.badgeWelcome(), tone: 'good' },
    headline: words.verifyHeadline(),
    paragraphs: [greet(name, reader), words.verifyText({ shop })],
    button: { label: words.verifyButton(), url },
    closing: [words.verifyClosing({ shop })],
  };
}

/** Links to the page for setting a new password. */
export function resetPassword({ name, url }: ContentOf<'reset_password'>, reader: Reader): MailView {
  const { accountMails: words } = reader.messages;
  return {
    ...withoutOrder,
    subject: words.resetSubject({ shop: reader.shop.name }),
    preview: words.resetPreview(),
    badge: { label: words.badgeAccount(), tone: 'calm' },
    headline: words.resetHeadline(),
    paragraphs: [greet(name, reader), words.resetText()],
    button: { label: words.resetButton(), url },
    closing: [words.resetClosing()],
  };
}

/** Tells an account's owner that somebody, perhaps herself, has signed up with her address again. */
export function accountExists({ name, url }: ContentOf<'account_exists'>, reader: Reader): MailView {
  const { accountMails: words } = reader.messages;
  return {
    ...withoutOrder,
    subject: words.existsSubject({ shop: reader.shop.name }),
    preview: words.existsPreview(),
    badge: { label: words.badgeAccount(), tone: 'calm' },
    headline: words.existsHeadline(),
    paragraphs: [greet(name, reader), words.existsText()],
    button: { label: words.signIn(), url },
    closing: [words.existsClosing()],
  };
}

/** Tells an account's owner that its password was changed. */
export function passwordChanged({ name, url }: ContentOf<'password_changed'>, reader: Reader): MailView {
  const { accountMails: words } = reader.messages;
  return {
    ...withoutOrder,
    subject: words.changedSubject({ shop: reader.shop.name }),
    preview: words.changedPreview(),
    badge: { label: words.badgeAccount(), tone: 'calm' },
    headline: words.changedHeadline(),
    paragraphs: [greet(name, reader), words.changedText()],
    button: { label: words.changedButton(), url },
    closing: [words.changedClosing()],
  };
}
