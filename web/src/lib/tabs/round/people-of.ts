/** A person as the pages of a round show her. */
export interface ShownPerson {
  readonly id: string;
  readonly name: string;
  /** Her place among the people, which gives her color; −1 while it is not known. */
  readonly place: number;
}

/** The people of tabs that this page has seen, so that the next of their screens has their colors at once. */
const seen = new Map<string, readonly Named[]>();

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Returns the people of a round by id. Until those of its tab are known, nobody has a place. */
export function peopleOfRound(
  { participants, tab }: { readonly participants: readonly Named[]; readonly tab: { id: string } | null },
  ofTab: readonly Named[] | undefined,
): ReadonlyMap<string, ShownPerson> {
  if (tab && ofTab) seen.set(tab.id, ofTab);
  const known = ofTab ?? (tab ? seen.get(tab.id) : undefined);
  if (known) return peopleOf(known);
  return new Map(participants.map(({ id, name }) => [id, { id, name, place: -1 }]));
}

/** Returns people by id, each with her place in the list. */
export function peopleOf(participants: readonly Named[]): ReadonlyMap<string, ShownPerson> {
  return new Map(participants.map(({ id, name }, place) => [id, { id, name, place }]));
}
