import type { EventData } from '../../../domain/events.ts';
import type { ChangeRow } from '../entities/change.ts';

/** What the events of a change say of it: ids and codes. */
export function aboutChange({
  id,
  madeBy,
  participantId,
}: Pick<ChangeRow, 'id' | 'madeBy' | 'participantId'>): Partial<EventData> {
  return { changeId: id, madeBy, ...(madeBy === 'guest' && participantId && { participantId }) };
}
