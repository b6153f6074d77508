/** Listeners for doubts about the viewer's identity: her session has ended, or her role has changed. */

import type { ClientErrorCode } from './api-error.ts';

const DOUBTS: readonly ClientErrorCode[] = ['unauthenticated', 'forbidden'];
let onDoubt: () => void = () => undefined;

/** Calls `listener` whenever a response, by HTTP or socket, casts doubt on who is signed in. */
export function listenToRefusals(listener: () => void): void {
  onDoubt = listener;
}

/** Reports the code of a refusal. */
export function noteRefusal(code: ClientErrorCode): void {
  if (DOUBTS.includes(code)) noteCut();
}

/** Reports that the server ended the socket: it does so when a session ends or a role changes. */
export function noteCut(): void {
  onDoubt();
}
