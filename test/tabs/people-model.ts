/** The people of a tab, and who of them may do what: a part of the model of a tab. */

export interface ModelPerson {
  readonly id: string;
  readonly hasPhone: boolean;
  typed: string;
  shown: string;
  isReady: boolean;
  hasLeft: boolean;
  isRemoved: boolean;
}

export type Refusal = readonly string[];
export type Expected = 'ok' | Refusal;

/** Who asks: a participant by her id, 'agent' for a staff member; undefined for somebody outside. */
export type Asker = string | undefined;

export class PeopleModel {
  version = 1;
  status: 'open' | 'closing' | 'closed' = 'open';
  isLocked = false;
  host: string;
  people: ModelPerson[] = [];

  constructor(hostId: string, name: string) {
    this.host = hostId;
    this.people.push(this.#person(hostId, name, true));
  }

  get present(): ModelPerson[] {
    return this.people.filter(({ hasLeft }) => !hasLeft);
  }

  find(id: string): ModelPerson | undefined {
    return this.people.find((one) => one.id === id);
  }

  isIn(asker: Asker): boolean {
    return asker === 'agent' || this.present.some(({ id }) => id === asker);
  }

  mayLead(asker: Asker): boolean {
    return asker === 'agent' || (asker === this.host && this.isIn(asker));
  }

  /** With `self`, by the phone of this participant. */
  join(self: string | undefined, newId: string, name: string): Expected {
    if (this.status === 'closed') return ['not_found'];
    const known = self === undefined ? undefined : this.find(self);
    if (known?.isRemoved) return ['removed_from_tab'];
    if (known && !known.hasLeft) return 'ok';
    if (this.isLocked) return ['tab_locked'];
    if (this.present.length === 0) this.host = known?.id ?? newId;
    if (known) known.hasLeft = false;
    else this.people.push(this.#person(newId, name, true));
    return this.changed();
  }

  /** The host or staff add somebody without a phone, also while joining is locked. */
  addPerson(asker: Asker, newId: string, name: string): Expected {
    const refusal = this.refuseLead(asker) ?? this.refuseEnded();
    if (refusal) return refusal;
    if (this.present.length === 0) this.host = newId;
    this.people.push(this.#person(newId, name, false));
    return this.changed();
  }

  rename(asker: Asker, target: string, name: string): Expected {
    const refusal = this.refuseFor(asker, target) ?? this.refuseEnded();
    if (refusal) return refusal;
    const person = this.present.find(({ id }) => id === target);
    if (!person) return ['not_found'];
    if (person.typed === name) return 'ok';
    person.shown = this.#shown(name, target);
    person.typed = name;
    return this.changed();
  }

  setReady(asker: Asker, target: string, isReady: boolean): Expected {
    const refusal = this.refuseFor(asker, target) ?? this.refuseUnlessOpen();
    if (refusal) return refusal;
    const person = this.present.find(({ id }) => id === target);
    if (!person) return ['not_found'];
    if (person.isReady === isReady) return 'ok';
    person.isReady = isReady;
    return this.changed();
  }

  handOver(asker: Asker, target: string): Expected {
    if (!this.isIn(asker)) return ['not_found'];
    if (!this.mayLead(asker) && target !== asker) return ['forbidden'];
    const refusal = this.refuseEnded();
    if (refusal) return refusal;
    if (!this.present.some(({ id }) => id === target)) return ['not_found'];
    if (target === this.host) return 'ok';
    if (!this.mayLead(asker) && target !== this.#successor) return ['host_is_here'];
    return this.#makeHost(target);
  }

  /** Who may take the lead: who has been there longest, once the host is gone. Nobody is away for long in a test. */
  get #successor(): string | undefined {
    const { hasLeft, hasPhone } = this.find(this.host)!;
    return hasLeft || !hasPhone ? this.longest(this.host) : undefined;
  }

  /** Who has been there longest beside somebody, with a phone to lead. */
  protected longest(beside: string): string | undefined {
    return this.present.find((one) => one.hasPhone && one.id !== beside)?.id;
  }

  renewCode(asker: Asker): Expected {
    return this.refuseLead(asker) ?? this.refuseEnded() ?? this.changed();
  }

  #makeHost(target: string): Expected {
    this.host = target;
    return this.changed();
  }

  protected changed(): Expected {
    this.version += 1;
    return 'ok';
  }

  /** Others are for the host and staff. */
  protected refuseFor(asker: Asker, target: string): Refusal | undefined {
    if (!this.isIn(asker)) return ['not_found'];
    return asker === target || this.mayLead(asker) ? undefined : ['forbidden'];
  }

  protected refuseLead(asker: Asker): Refusal | undefined {
    if (!this.isIn(asker)) return ['not_found'];
    return this.mayLead(asker) ? undefined : ['forbidden'];
  }

  protected refuseEnded(): Refusal | undefined {
    return this.status === 'closed' ? ['tab_ended'] : undefined;
  }

  protected refuseUnlessOpen(): Refusal | undefined {
    return this.status === 'open' ? undefined : ['tab_ended'];
  }

  #person(id: string, name: string, hasPhone: boolean): ModelPerson {
    return {
      id,
      hasPhone,
      typed: name,
      shown: this.#shown(name, id),
      isReady: false,
      hasLeft: false,
      isRemoved: false,
    };
  }

  #shown(name: string, self: string): string {
    const taken = this.people.filter(({ id }) => id !== self).map(({ shown }) => shown.toLowerCase());
    const base = name.replace(/ \d{1,3}$/, '');
    let shown = name;
    for (let number = 2; taken.includes(shown.toLowerCase()); number += 1) shown = `${base} ${number}`;
    return shown;
  }
}
