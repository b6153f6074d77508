import type { Page } from '#domain/contract/fields.ts';
import type { PeopleChange, PersonWithRole } from '#domain/contract/people.ts';
import type { Role } from '#domain/permissions.ts';
import { call } from '../../api/call.ts';

/** Reads staff by name; with a search, all accounts whose name or address contains it. */
export function listPeople(
  search: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Page<PersonWithRole>> {
  return call('GET /api/people', { query: { q: search || undefined, cursor }, signal });
}

/** Changes the role of an account. */
export async function changeRole(account: string, role: Role): Promise<PersonWithRole> {
  return (await call('PATCH /api/people/:account', { params: { account }, body: { role } })).person;
}

/** Ends all sessions of an account, and returns how many there were. */
export async function signOutEverywhere(account: string): Promise<number> {
  return (await call('POST /api/people/:account/sign-out', { params: { account } })).ended;
}

/** Reads the history of accounts, newest first. */
export function listPeopleChanges(cursor: string | null, signal: AbortSignal): Promise<Page<PeopleChange>> {
  return call('GET /api/people/changes', { query: { cursor }, signal });
}
