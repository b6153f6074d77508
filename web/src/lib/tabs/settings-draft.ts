/** The settings of a tab while its host changes them. */

import type { Tab } from '#domain/contract/tabs.ts';
import { withoutIsolates } from '#domain/isolate.ts';
import type { TabSettings } from '../api/tabs.ts';
import { NO_PLACE, placeInput, type PlaceDraft } from '../checkout/place.ts';
import { amountText, parseAmount } from '../ui/amount-text.ts';

export interface SettingsDraft {
  title: string;
  /** As a date field has it, in the reader's time zone: `2026-11-29T12:30`. */
  deadline: string;
  onDeadline: Tab['onDeadline'];
  limit: string;
  sendsWhenReady: boolean;
  isLocked: boolean;
  /** Null: collected at the counter. */
  place: PlaceDraft | null;
}

export function draftOf(tab: Tab): SettingsDraft {
  const { spot, place } = tab;
  return {
    title: withoutIsolates(tab.title ?? ''),
    deadline: tab.deadline === null ? '' : dateFieldText(tab.deadline),
    onDeadline: tab.onDeadline,
    limit: tab.spendingLimit === null ? '' : amountText(tab.spendingLimit, tab.currency),
    sendsWhenReady: tab.sendsWhenReady,
    isLocked: tab.isLocked,
    place:
      place === null
        ? null
        : {
            ...NO_PLACE,
            kind: place.kind,
            spot: spot ?? undefined,
            label: withoutIsolates(place.label ?? ''),
            name: withoutIsolates(place.name ?? ''),
          },
  };
}

/** Returns the settings that she changed since `before`. An empty limit is none. */
export function changesIn(before: SettingsDraft, draft: SettingsDraft, currency: string): TabSettings {
  const isOther = (name: keyof SettingsDraft) => JSON.stringify(before[name]) !== JSON.stringify(draft[name]);
  return {
    ...(isOther('title') && { title: draft.title.trim() || null }),
    ...(isOther('deadline') && { deadline: draft.deadline ? new Date(draft.deadline).toISOString() : null }),
    ...(isOther('onDeadline') && { onDeadline: draft.onDeadline }),
    ...(isOther('limit') && {
      spendingLimit: draft.limit.trim() ? (parseAmount(draft.limit, currency) ?? null) : null,
    }),
    ...(isOther('sendsWhenReady') && { sendsWhenReady: draft.sendsWhenReady }),
    ...(isOther('isLocked') && { isLocked: draft.isLocked }),
    ...(isOther('place') && { place: draft.place && placeInput(draft.place) }),
  };
}

/** Formats a moment for a date field. */
export function dateFieldText(at: string): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
