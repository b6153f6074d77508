import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.contact.1';

/** The contact that a guest gives. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

/** The last contact typed in this browser. */
export function storedContact(): Contact {
  const stored = readStored<Partial<Contact> | null>(STORED_AS);
  const text = (given: unknown): string => (typeof given === 'string' ? given : '');
  return { name: text(stored?.name), email: text(stored?.email) };
}

export function storeContact(contact: Contact): void {
  writeStored(STORED_AS, contact);
}
