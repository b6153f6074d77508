import { expect } from 'vitest';
import type { Databases } from '../../db/databases.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { patiently } from './patiently.ts';
import { signUp, Visitor } from './visitor.ts';

const managers = new WeakMap<Databases, Promise<Visitor>>();

/** Returns a manager of a system, signed in; the same one each time. */
export function managerOf({
  url,
  databases,
}: {
  readonly url: string;
  readonly databases: Databases;
}): Promise<Visitor> {
  const known = managers.get(databases) ?? signUpManager(url, databases);
  managers.set(databases, known);
  return known;
}

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
  const here = (await managerOf({ ...system, url })).at(url);
  const { status, body } = await patiently(here, 'PATCH', '/api/settings', changes);
  expect(status, JSON.stringify(body)).toBe(200);
}
