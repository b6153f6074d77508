/** Duration of each activity of a run, from its workflow's history. */

import type { Client } from '@temporalio/client';
import type { Comparison } from './compare.ts';

export interface Step {
  readonly name: string;
  /** From its scheduling to its end. */
  readonly ms: number;
  /** Number of attempts: more than one after a failure. */
  readonly tries: number;
}

/** Returns the activities of a run in order. */
export async function readSteps(
  temporal: Client,
  { id, workflowId }: Pick<Comparison, 'id' | 'workflowId'>,
): Promise<Step[]> {
  const { events } = await temporal.workflow.getHandle(workflowId, id).fetchHistory();
  const scheduled = new Map<string, { name: string; at: number }>();
  const started = new Map<string, number>();
  const steps: Step[] = [];
  for (const event of events ?? []) {
    const at = Number(event.eventTime?.seconds ?? 0) * 1000 + (event.eventTime?.nanos ?? 0) / 1e6;
    const plan = event.activityTaskScheduledEventAttributes;
    if (plan) scheduled.set(String(event.eventId), { name: plan.activityType?.name ?? '', at });
    const begin = event.activityTaskStartedEventAttributes;
    if (begin) started.set(String(begin.scheduledEventId), begin.attempt ?? 1);
    const end = event.activityTaskCompletedEventAttributes;
    const step = end && scheduled.get(String(end.scheduledEventId));
    if (!step) continue;
    const tries = started.get(String(end.scheduledEventId)) ?? 1;
    steps.push({ name: step.name, ms: at - step.at, tries });
  }
  return steps;
}
