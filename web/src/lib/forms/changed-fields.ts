/**
 * The fields of `now` that are not as they were: what a PATCH sends. A field that a form does not know is no part of what it
 * sends, so that it cannot be changed back or erased by it.
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

/** For `satisfies`: every field of the contract is named, optional ones, too. The compiler finds a form that lacks one. */
export type EveryField<Contract> = Readonly<Record<keyof Contract, unknown>>;
