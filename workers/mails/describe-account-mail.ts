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

/** Tells the owner of an account that somebody, perhaps she herself, has signed up with her address again. */
export function accountExists({ name, url }: ContentOf<'account_exists'>, shop: Shop): MailView {
  return {
    ...withoutOrder,
    subject: `You have an account at ${shop.name} already`,
    preview: 'Sign in with the password that you have.',
    badge: { label: 'Your account', tone: 'calm' },
    headline: 'You have an account already',
    paragraphs: [
      greet(name),
      'Someone, hopefully you, has just signed up with this address, which has an account. Nothing has changed: sign in, or have yourself sent a new password there.',
    ],
    button: { label: 'Sign in', url },
    closing: ['It was not you? Then you need not do anything.'],
  };
}

/** Tells the owner of an account that its password is another one now. */
export function passwordChanged({ name, url }: ContentOf<'password_changed'>, shop: Shop): MailView {
  return {
    ...withoutOrder,
    subject: `Your password at ${shop.name} was changed`,
    preview: 'It was not you? Set a new one at once.',
    badge: { label: 'Your account', tone: 'calm' },
    headline: 'Your password was changed',
    paragraphs: [
      greet(name),
      'A new password was set just now, and whoever was signed in has been signed out. If it was you, all is well.',
    ],
    button: { label: 'It was not me', url },
    closing: ['It was not you? Then set a new password at once, and one for your mailbox as well.'],
  };
}
