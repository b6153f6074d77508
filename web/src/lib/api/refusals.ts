/** Who must hear that somebody is not who this page takes her for: her session has ended, or her role has changed. */

import type { ClientErrorCode } from './api-error.ts';

const DOUBTS: readonly ClientErrorCode[] = ['unauthenticated', 'forbidden'];
let onDoubt: () => void = () => undefined;

/** Has `listener` called whenever an answer, by HTTP or by socket, casts doubt on who is signed in. */
export function listenToRefusals(listener: () => void): void {
  onDoubt = listener;
}

/** Notes the code of a refusal, whoever was refused. */
export function noteRefusal(code: ClientErrorCode): void {
  if (DOUBTS.includes(code)) onDoubt();
}
