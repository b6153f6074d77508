/**
 * better-auth takes fewer mail addresses than there are: no `john&mary@example.com`, and no Punycode at their end. It
 * cannot be told otherwise, so it works with another name for each of those, and nothing outside of it ever sees one:
 * requests are translated on their way in, rows of accounts between it and the database, answers and mails on their way
 * out. Every address has one name and every name one address.
 */

import type { getAdapter } from 'better-auth/db/adapter';
import { z } from 'zod';
import { readMailAddress } from '../../domain/mail-address.ts';

type Adapter = Awaited<ReturnType<typeof getAdapter>>;

/** Nobody can have an address there: `.invalid` is reserved by RFC 2606. */
const ALIAS = /\bu([0-9a-f]+)@alias\.invalid\b/g;
const judgeOfBetterAuth = z.email();

/** What better-auth is told instead of `address`; mostly the address itself. */
export function toAlias(address: string): string {
  const isTaken = judgeOfBetterAuth.safeParse(address).success && !address.endsWith('@alias.invalid');
  return isTaken ? address : `u${Buffer.from(address).toString('hex')}@alias.invalid`;
}

/** Text in which the real addresses stand again. */
export function withoutAliases(text: string): string {
  return text.replace(ALIAS, (alias, hex: string) => {
    const address = Buffer.from(hex, 'hex').toString();
    return readMailAddress(address) === address ? address : alias;
  });
}

type Row = Record<string, unknown>;

/** `adapter` as better-auth gets it: with its names for addresses, while the database has the addresses. */
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

/** What better-auth asks of the database, with the real addresses in its conditions and values. */
function real<Input>(input: Input): Input {
  return replaceTexts(input, () => true, withoutAliases) as Input;
}

/** Rows, with those that came along, with better-auth's names in their fields `email`. */
function aliased<R>(row: R): R {
  return replaceTexts(row, (field) => field === 'email', toAlias) as R;
}

/** A copy of plain objects and lists in which the texts of some fields are replaced. */
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
