/** The settings of a tab while its host changes them. */

import type { Tab } from '#domain/contract/tabs.ts';
import { withoutIsolates } from '#domain/isolate.ts';
import type { TabSettings } from '../api/tabs.ts';
import { NO_PLACE, placeInput, type PlaceDraft } from '../checkout/place.ts';
import { changedFields } from '../forms/changed-fields.ts';
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
  return changedFields(settingsOf(before, currency), settingsOf(draft, currency));
}

function settingsOf(
  { limit, title, deadline, place, ...rest }: SettingsDraft,
  currency: string,
): TabSettings {
  return {
    ...rest,
    title: title.trim() || null,
    deadline: deadline ? new Date(deadline).toISOString() : null,
    spendingLimit: limit.trim() ? (parseAmount(limit, currency) ?? null) : null,
    place: place && placeInput(place),
  };
}

/** Formats a moment for a date field. */
function dateFieldText(at: string): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
