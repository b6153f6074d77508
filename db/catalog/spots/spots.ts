/** Reads and writes the shop's spots. None is ever deleted, since orders and printed codes refer to it. */

import { sql } from 'kysely';
import { randomBytes, randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CreateSpot, UpdateSpot } from '../../../domain/contract/places.ts';
import { SPOT_CODE_LENGTH, spotCodeOf } from '../../../domain/spot-code.ts';
import type { Database } from '../../database.ts';
import { queryFirst, run } from '../../sql.ts';
import { SpotEntity, type SpotRow } from '../entities.ts';
import { differencesBetween, noteShopChange } from '../shop/changes.ts';

/** Thrown when another spot in use has the same kind and label. */
export class LabelTaken extends Error {}

/** Sorts `A9` before `A10`, whatever the labels' language. */
const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Returns all spots, or those in use, by area and label. A shop has hundreds at most. */
export async function listSpots(catalog: Database, which: 'all' | 'in use'): Promise<SpotRow[]> {
  const rows = await catalog.em.fork().find(SpotEntity, which === 'all' ? {} : { active: true });
  return rows.toSorted(
    (left, right) =>
      compare(left.area ?? '', right.area ?? '') ||
      compare(left.kind, right.kind) ||
      compare(left.label, right.label) ||
      compare(left.id, right.id),
  );
}

/** Returns whether the shop has spots that guests may choose. */
export async function hasSpots(catalog: Database): Promise<boolean> {
  return (await catalog.em.fork().count(SpotEntity, { active: true })) > 0;
}

/** Returns a spot, in use or not, or undefined. */
export async function readSpot(catalog: Database, id: string): Promise<SpotRow | undefined> {
  return (await catalog.em.fork().findOne(SpotEntity, { id })) ?? undefined;
}

/** Returns the spot with a printed code, in use or not, or undefined. */
export async function findSpotByCode(catalog: Database, code: string): Promise<SpotRow | undefined> {
  return (await catalog.em.fork().findOne(SpotEntity, { code })) ?? undefined;
}

/** Adds a spot with a new code. If `id` already exists, it changes nothing and returns that spot. Throws LabelTaken. */
export async function createSpot(
  catalog: Database,
  input: CreateSpot,
  { id = randomUUID(), actorId, requestHash }: { id?: string; actorId?: string; requestHash?: string } = {},
): Promise<SpotRow> {
  return write(catalog, async (em) => {
    await run(em, sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`);
    const before = await em.findOne(SpotEntity, { id });
    if (before) return before;
    const code = newCode();
    const spot = em.create(SpotEntity, { ...input, id, code, requestHash: requestHash ?? null });
    await em.persist(spot).flush();
    const { kind, label, area } = input;
    const data = differencesBetween<string>({ kind: null, label: null, area: null }, { kind, label, area });
    await noteShopChange(em, { type: 'spot_added', actorId, spotId: id, data });
    return spot;
  });
}

/** Changes the fields in `input`. Returns undefined for an unknown spot. Throws LabelTaken. */
export async function updateSpot(
  catalog: Database,
  id: string,
  input: UpdateSpot,
  actorId?: string,
): Promise<SpotRow | undefined> {
  return write(catalog, async (em) => {
    await run(em, sql`select from spots where id = ${id} for no key update`);
    const spot = await em.findOne(SpotEntity, { id });
    if (!spot) return undefined;
    const fieldsOf = ({ kind, label, area, active }: SpotRow) => ({
      kind,
      label,
      area: area ?? null,
      active: active ?? true,
    });
    const before = fieldsOf(spot);
    if (input.kind !== undefined) spot.kind = input.kind;
    if (input.label !== undefined) spot.label = input.label;
    if (input.area !== undefined) spot.area = input.area;
    if (input.active !== undefined) spot.active = input.active;
    await em.flush();
    const data = differencesBetween(before, fieldsOf(spot));
    await noteShopChange(em, { type: 'spot_changed', actorId, spotId: id, data });
    return spot;
  });
}

/**
 * Gives a spot a new code: the old one finds nothing any more. Returns undefined for an unknown spot. Repeated with the
 * same `requestId`, it changes nothing.
 */
export async function renewSpotCode(
  catalog: Database,
  id: string,
  { actorId, requestId }: { actorId: string; requestId: string },
): Promise<SpotRow | undefined> {
  return catalog.em.fork().transactional(async (em) => {
    await run(em, sql`select from spots where id = ${id} for no key update`);
    const spot = await em.findOne(SpotEntity, { id });
    if (!spot) return undefined;
    const before = await queryFirst(em, sql`select from shop_changes where request_id = ${requestId}`);
    if (before) return spot;
    spot.code = newCode();
    await em.flush();
    await noteShopChange(em, { type: 'spot_code_renewed', actorId, spotId: id, requestId, data: {} });
    return spot;
  });
}

function newCode(): string {
  return spotCodeOf(randomBytes(SPOT_CODE_LENGTH));
}

async function write<Result>(
  catalog: Database,
  work: (em: SqlEntityManager) => Promise<Result>,
): Promise<Result> {
  try {
    return await catalog.em.fork().transactional(work);
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException && error.message.includes('spots_label'))
      throw new LabelTaken();
    throw error;
  }
}
