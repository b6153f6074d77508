/**
 * Returns the changed fields of `now`: the body of a PATCH. Fields that a form does not know are never sent, so it
 * cannot revert or erase them.
 */
export function changedFields<Fields extends object>(
  before: Fields | undefined,
  now: Fields,
): Partial<Fields> {
  if (before === undefined) return now;
  return Object.fromEntries(
    Object.entries(now).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof Fields]),
    ),
  ) as Partial<Fields>;
}

/**
 * For `satisfies`: names every field of the contract, optional ones, too, so that the compiler finds a form that lacks
 * one.
 */
export type EveryField<Contract> = Readonly<Record<keyof Contract, unknown>>;
