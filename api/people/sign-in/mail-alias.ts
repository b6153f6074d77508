/**
 * better-auth rejects some valid mail addresses: `john&mary@example.com`, and domains that end in Punycode. Its check
 * cannot be configured, so it gets an alias for each such address. No alias leaves this module: it translates requests,
 * account rows, responses and mails. Addresses and aliases map one to one.
 */

import type { getAdapter } from 'better-auth/db/adapter';
import { z } from 'zod';
import { readMailAddress } from '../../../domain/mail-address.ts';

type Adapter = Awaited<ReturnType<typeof getAdapter>>;

/** `.invalid` is reserved by RFC 2606, so no real address ends in it. */
const ALIAS = /\bu([0-9a-f]+)@alias\.invalid\b/g;
const judgeOfBetterAuth = z.email();

/** Returns the alias of `address` for better-auth; usually the address itself. */
export function toAlias(address: string): string {
  const isTaken = judgeOfBetterAuth.safeParse(address).success && !address.endsWith('@alias.invalid');
  return isTaken ? address : `u${Buffer.from(address).toString('hex')}@alias.invalid`;
}

/** Replaces aliases in a text by the real addresses. */
export function withoutAliases(text: string): string {
  return text.replace(ALIAS, (alias, hex: string) => {
    const address = Buffer.from(hex, 'hex').toString();
    return readMailAddress(address) === address ? address : alias;
  });
}

type Row = Record<string, unknown>;

/** Wraps `adapter` so that better-auth sees aliases and the database stores real addresses. */
export function aliasAddresses<A extends Omit<Adapter, 'transaction'>>(adapter: A): A {
  const wrapped: Partial<Adapter> = {
    create: async (input) => aliased(await adapter.create<Row, Row>(real(input))) as never,
    findOne: async (input) => aliased(await adapter.findOne<Row>(real(input))) as never,
    findMany: async (input) => (await adapter.findMany<Row>(real(input))).map(aliased) as never,
    update: async (input) => aliased(await adapter.update<Row>(real(input))) as never,
    updateMany: (input) => adapter.updateMany(real(input)),
    delete: (input) => adapter.delete(real(input)),
    deleteMany: (input) => adapter.deleteMany(real(input)),
    count: (input) => adapter.count(real(input)),
    consumeOne: async (input) => aliased(await adapter.consumeOne<Row>(real(input))) as never,
  };
  if ('transaction' in adapter) {
    const { transaction } = adapter as unknown as Adapter;
    wrapped.transaction = (callback) => transaction((inner) => callback(aliasAddresses(inner)));
  }
  return { ...adapter, ...wrapped };
}

/** Puts the real addresses into the conditions and values of a query. */
function real<Input>(input: Input): Input {
  return replaceTexts(input, () => true, withoutAliases) as Input;
}

/** Puts aliases into the `email` fields of rows and of their joined rows. */
function aliased<R>(row: R): R {
  return replaceTexts(row, (field) => field === 'email', toAlias) as R;
}

/** Returns a copy of plain objects and lists with the texts of some fields replaced. */
function replaceTexts(
  value: unknown,
  isMeant: (field: string) => boolean,
  replace: (text: string) => string,
  field = '',
): unknown {
  if (typeof value === 'string') return isMeant(field) ? replace(value) : value;
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, isMeant, replace, field));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replaceTexts(inner, isMeant, replace, name)]),
  );
}
