import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.contact.1';

/** Who a guest says she is. */
export interface Contact {
  readonly name: string;
  readonly email: string;
}

/** What a guest of this browser wrote last. */
export function storedContact(): Contact {
  const stored = readStored<Partial<Contact> | null>(STORED_AS);
  const text = (given: unknown): string => (typeof given === 'string' ? given : '');
  return { name: text(stored?.name), email: text(stored?.email) };
}

export function storeContact(contact: Contact): void {
  writeStored(STORED_AS, contact);
}
