/** A person as the pages of a round show her. */
export interface ShownPerson {
  readonly id: string;
  readonly name: string;
  /** Her place among the people, which gives her color. */
  readonly place: number;
}

/** Returns people by id, each with her place in the list. */
export function peopleOf(
  participants: readonly { readonly id: string; readonly name: string }[],
): ReadonlyMap<string, ShownPerson> {
  return new Map(participants.map(({ id, name }, place) => [id, { id, name, place }]));
}
