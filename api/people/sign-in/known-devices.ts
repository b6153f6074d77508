/**
 * Remembers, by a cookie, the devices on which an account has signed in. Guesses by strangers are counted apart from
 * these devices, so they cannot lock the owner out (OWASP: "device cookies").
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKeys, type AppSecrets } from '../../../db/app-keys.ts';
import type { Request } from '../../http/context.ts';

/** Maximum number of accounts per device. The oldest is dropped. */
const MAX_ACCOUNTS = 5;
const YEAR_SECONDS = 365 * 24 * 3600;

export interface KnownDevices {
  /** Returns this device's id for the account of a mail address; undefined if it has never signed in. */
  idFor(ctx: Request, email: string): string | undefined;
  /** Assigns the device an id for the account, unless it has one. */
  remember(ctx: Request, email: string): void;
}

/** `secure`: sends the cookie over HTTPS only. */
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
