/** Opens a tab, with its host. */

import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Place } from '../../../domain/contract/places.ts';
import { joinCodeOf } from '../../../domain/join-code.ts';
import {
  JOIN_CODE_LENGTH,
  type OnDeadline,
  type Settlement,
  type TabEventData,
} from '../../../domain/tab.ts';
import type { Language } from '../../../messages/compiled/languages.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import type { Holder } from '../stock/unpaid-holds.ts';
import { queryRows, selectOne, selectRow } from '../../sql.ts';
import { TabEntity, type TabRow } from '../entities/tab.ts';
import { TabRefused } from './tab-refused.ts';

/** A person, as she joins. */
export interface TabPerson {
  readonly name: string;
  readonly email: string | null;
  /** Whether she has verified the address. */
  readonly isProven: boolean;
  readonly language: Language;
  readonly userId: string | null;
}

export interface NewTab {
  readonly id: string;
  readonly requestHash: string;
  readonly host: TabPerson;
  /** The staff member who opens it for the host; absent: the host opens it. */
  readonly agentId?: string | undefined;
  readonly title: string | null;
  readonly settlement: Settlement;
  readonly onDeadline: OnDeadline;
  readonly sendsWhenReady: boolean;
  readonly currency: string;
  readonly place: Place | null;
  /** The spot whose code proves that she sits there; null if it was opened without one. */
  readonly spotId: string | null;
  readonly deadline: Date | null;
  readonly spendingLimit: number | null;
  /** For whom rounds count that it sends by itself. */
  readonly holder: Holder;
}

/** Returns the id of the participant who opens a tab. */
export function tabHostOf(tabId: string): string {
  return deriveId('participant', tabId, 'host');
}

/** New codes to join a tab: one to speak, and one for links, of 128 random bits. */
function createJoinCodes(): { joinCode: string; joinSecret: string } {
  return {
    joinCode: joinCodeOf(randomBytes(JOIN_CODE_LENGTH)),
    joinSecret: randomBytes(16).toString('base64url'),
  };
}

/** How often another code is tried when one is taken: with a million open tabs, one in a thousand is. */
const CODE_ATTEMPTS = 10;

/** Runs `attempt`, again with new codes if a tab has the same. */
export async function withFreshCodes<Result>(
  attempt: (codes: { joinCode: string; joinSecret: string }) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(createJoinCodes());
    } catch (error) {
      const { constraint } = error as { constraint?: string };
      if (constraint !== 'tabs_join_code' || tries === CODE_ATTEMPTS) throw error;
    }
  }
}

/**
 * Writes the tab with its host and its first event, in one statement. If the id exists, it changes nothing and returns
 * the existing row: compare its `requestHash`. Throws TabRefused: spot_taken, if another tab runs at its spot.
 */
export async function openTab(orders: Database, tab: NewTab): Promise<{ tab: TabRow; isNew: boolean }> {
  try {
    const opened = await withFreshCodes((codes) => insertTab(orders, tab, codes));
    if (opened) return { tab: opened, isNew: true };
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'tabs_spot_id') throw error;
    // The tab at the spot may be this one, opened by the same request a moment ago.
    const same = await selectRow(orders.em.fork(), TabEntity, sql`id = ${tab.id}`);
    if (!same) throw new TabRefused('spot_taken');
  }
  return { tab: await selectOne(orders.em.fork(), TabEntity, sql`id = ${tab.id}`), isNew: false };
}

async function insertTab(
  orders: Database,
  tab: NewTab,
  { joinCode, joinSecret }: { joinCode: string; joinSecret: string },
): Promise<TabRow | undefined> {
  const { id, host } = tab;
  const hostId = tabHostOf(id);
  const data = { status: 'open' } satisfies TabEventData;
  const [row] = await queryRows(
    orders.em.fork(),
    TabEntity,
    sql`with opened as (
       insert into tabs (id, title, status, version, settlement, on_deadline, sends_when_ready, currency, place,
         spot_id, host_participant_id, join_code, join_secret, deadline, spending_limit, request_hash, held_by, network)
       values (${id}, ${tab.title}, 'open', 1, ${tab.settlement}, ${tab.onDeadline}, ${tab.sendsWhenReady},
         ${tab.currency}, ${tab.place && JSON.stringify(tab.place)}, ${tab.spotId}, ${hostId}, ${joinCode}, ${joinSecret},
         ${tab.deadline}, ${tab.spendingLimit}, ${tab.requestHash}, ${tab.holder.guest}, ${tab.holder.network})
       on conflict (id) do nothing returning *),
     host as (
       insert into tab_participants (id, tab_id, position, name, shown_name, email, email_proven, language, user_id)
       select ${hostId}::uuid, id, 1, ${host.name}, ${host.name}, ${host.email}, ${host.isProven}::boolean,
         ${host.language}, ${host.userId}
       from opened),
     event as (
       insert into tab_events (tab_id, version, type, actor, actor_id, dedupe_key, data)
       select id, 1, 'opened', ${tab.agentId === undefined ? 'participant' : 'agent'}, ${tab.agentId ?? hostId},
         'opened', ${JSON.stringify(data)}::jsonb
       from opened)
     select * from opened`,
  );
  return row;
}
