import { expect } from 'vitest';
import type { Databases } from '../../db/databases.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { patiently } from './patiently.ts';
import { signUp, Visitor } from './visitor.ts';

const managers = new WeakMap<Databases, Promise<Visitor>>();

async function signUpManager(url: string, databases: Databases): Promise<Visitor> {
  const manager = new Visitor(url);
  await signUp(manager, databases, 'manager');
  return manager;
}

/** Has a manager change the shop's settings through the API at `url`. An API learns of its own changes at once. */
export async function changeSettings(
  system: { readonly url: string; readonly databases: Databases },
  changes: Partial<ShopSettings>,
  url = system.url,
): Promise<void> {
  const known = managers.get(system.databases) ?? signUpManager(url, system.databases);
  managers.set(system.databases, known);
  const here = new Visitor(url);
  for (const [name, value] of (await known).cookies) here.cookies.set(name, value);
  const { status, body } = await patiently(here, 'PATCH', '/api/settings', changes);
  expect(status, JSON.stringify(body)).toBe(200);
}
