/**
 * Devices on which somebody has signed in to an account before, known by a cookie. Strangers who guess at the account
 * are then counted apart from its owner, and can never lock her out (OWASP: "device cookies").
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKeys, type AppSecrets } from '../../db/app-keys.ts';
import type { Request } from '../http/context.ts';

/** Accounts that one device is known for; the oldest is forgotten. */
const MAX_ACCOUNTS = 5;
const YEAR_SECONDS = 365 * 24 * 3600;

export interface KnownDevices {
  /** The id that this device has for the account of a mail address; undefined for a device that was never signed in. */
  idFor(ctx: Request, email: string): string | undefined;
  /** Gives the device an id for the account, unless it has one. */
  remember(ctx: Request, email: string): void;
}

/** `secure`: the cookie is sent over https alone. */
export function createKnownDevices(options: { secrets: AppSecrets; secure: boolean }): KnownDevices {
  const keys = deriveKeys(options.secrets, 'known-devices');
  const name = `${options.secure ? '__Host-' : ''}sharetab_devices`;
  const attributes = `; Path=/; HttpOnly; SameSite=Lax; Max-Age=${YEAR_SECONDS}${options.secure ? '; Secure' : ''}`;
  const idFor = (ctx: Request, email: string) =>
    tokensOf(ctx, name).find(([id, mac]) => keys.some((key) => isMacOf(mac, key, id, email)))?.[0];
  return {
    idFor,
    remember: (ctx, email) => {
      if (idFor(ctx, email) !== undefined) return;
      const id = randomBytes(9).toString('base64url');
      const tokens = [...tokensOf(ctx, name), [id, macOf(keys[0], id, email)]].slice(-MAX_ACCOUNTS);
      ctx.append('Set-Cookie', `${name}=${tokens.map((token) => token.join('.')).join('~')}${attributes}`);
    },
  };
}

function macOf(key: string, id: string, email: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([id, email]))
    .digest('base64url');
}

function isMacOf(given: string, key: string, id: string, email: string): boolean {
  const [expected, actual] = [Buffer.from(macOf(key, id, email)), Buffer.from(given)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function tokensOf(ctx: Request, name: string): [id: string, mac: string][] {
  const value = ctx.cookies.get(name) ?? '';
  return value
    .split('~')
    .slice(0, MAX_ACCOUNTS)
    .flatMap((token) => {
      const [id, mac] = token.split('.');
      return id && mac ? [[id, mac] as [string, string]] : [];
    });
}
