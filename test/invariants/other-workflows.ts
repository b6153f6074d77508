/** Workflows with the same names but a different first step, so that no recorded history replays with them. */

import { sleep } from '@temporalio/workflow';

export async function order(): Promise<void> {
  await sleep('1 minute');
}
export async function refund(): Promise<void> {
  await order();
}
export async function aftercare(): Promise<void> {
  await order();
}
export async function reconciliation(): Promise<void> {
  await order();
}
export async function mend(): Promise<void> {
  await order();
}
export async function accountMail(): Promise<void> {
  await order();
}
export async function tab(): Promise<void> {
  await order();
}
