/** Workflows of the same names that do something else first, so that no recorded history replays with them. */

import { sleep } from '@temporalio/workflow';

export async function order(): Promise<void> {
  await sleep('1 minute');
}
export const refund = order;
export const accountMail = order;
