import { defineEntity, p } from '@mikro-orm/core';
import { ROLES } from '../../domain/permissions.ts';

/** A person with an account. Table and columns are the ones better-auth expects, in snake case. */
export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    email: p.text().unique(),
    emailVerified: p.boolean().default(false),
    image: p.text().nullable(),
    role: p.enum(ROLES).default('customer'),
    /** The language of her pages and mails; null until it is known. */
    language: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.text().primary(),
    userId: p.text(),
    /** A hash; only the person's cookie has the token itself. */
    token: p.text().unique(),
    expiresAt: p.datetime(),
    ipAddress: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** A way to sign in; `password` is better-auth's scrypt hash. */
export const AccountEntity = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  properties: {
    id: p.text().primary(),
    userId: p.text(),
    accountId: p.text(),
    providerId: p.text(),
    accessToken: p.text().nullable(),
    refreshToken: p.text().nullable(),
    idToken: p.text().nullable(),
    accessTokenExpiresAt: p.datetime().nullable(),
    refreshTokenExpiresAt: p.datetime().nullable(),
    scope: p.text().nullable(),
    password: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** The Stripe Customer of an account, made when its first card is to be saved. */
export const StripeCustomerEntity = defineEntity({
  name: 'StripeCustomer',
  tableName: 'stripe_customers',
  properties: {
    userId: p.text().primary(),
    /** Null until Stripe has answered, and again after it was deleted there. */
    stripeCustomerId: p.text().unique().nullable(),
    /** Part of the idempotency key: rises only after a 5xx, which Stripe would replay, and after a deletion. */
    attempt: p.integer().default(1),
    createdAt: p.datetime(),
  },
});

/** The owner of a saved card. Only Stripe has the card's details. */
export const SavedCardEntity = defineEntity({
  name: 'SavedCard',
  tableName: 'saved_cards',
  properties: {
    paymentMethodId: p.text().primary(),
    userId: p.text(),
    createdAt: p.datetime(),
  },
});

/** Open mail verifications and password resets. */
export const VerificationEntity = defineEntity({
  name: 'Verification',
  tableName: 'verifications',
  properties: {
    id: p.text().primary(),
    identifier: p.text(),
    value: p.text(),
    expiresAt: p.datetime(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
