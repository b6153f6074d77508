import type { Shop } from '../../domain/shop.ts';
import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet } from './names.ts';

const withoutOrder = { lines: [], sums: [] } as const;

/** Asks a new account's owner to show that the address is hers. */
export function verifyEmail({ name, url }: ContentOf<'verify_email'>, shop: Shop): MailView {
  return {
    ...withoutOrder,
    subject: `Confirm your mail address for ${shop.name}`,
    preview: 'One click, and you are set.',
    badge: { label: 'Welcome', tone: 'good' },
    headline: 'Is this your mail address?',
    paragraphs: [greet(name), `Welcome to ${shop.name}! Please confirm that this address is yours.`],
    button: { label: 'Confirm my address', url },
    closing: [`You did not sign up at ${shop.name}? Then you need not do anything.`],
  };
}

/** Leads to the page where a new password is set. */
export function resetPassword({ name, url }: ContentOf<'reset_password'>, shop: Shop): MailView {
  return {
    ...withoutOrder,
    subject: `Set a new password for ${shop.name}`,
    preview: 'The link works once, and for one hour.',
    badge: { label: 'Your account', tone: 'calm' },
    headline: 'Set a new password',
    paragraphs: [
      greet(name),
      'Someone, hopefully you, has asked for a new password. The link works once, and for one hour.',
    ],
    button: { label: 'Set a new password', url },
    closing: ['It was not you? Then leave this mail alone: your password stays as it is.'],
  };
}
