import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.invitation.1';

/** The secret of a link that was opened, while its address shows it no more: for a reload before she has joined. */
export const heldInvitation = {
  hold: (secret: string): void => void writeStored(STORED_AS, secret, 'session'),
  read: (): string | undefined => {
    const stored = readStored<unknown>(STORED_AS, 'session');
    return typeof stored === 'string' ? stored : undefined;
  },
  drop: (): void => void writeStored(STORED_AS, undefined, 'session'),
};
