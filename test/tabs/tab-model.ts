/**
 * The rules of a tab that is paid before, as a program for one thread: written from the design of tabs, not from the
 * product, so that the two can be compared. Every command returns what the API must say: 'ok', or the codes of refusals
 * that are right.
 */

export interface ModelPerson {
  readonly id: string;
  typed: string;
  shown: string;
  isReady: boolean;
  hasLeft: boolean;
  isRemoved: boolean;
}

export interface ModelLine {
  id: string;
  version: number;
  owner: string;
  sharers: Map<string, number>;
  variant: string;
  quantity: number;
  unitAmount: number;
  note: string | null;
}

export interface ModelShare {
  readonly owner: string;
  payer: string;
  amount: number;
  isPaid: boolean;
  id: string;
}

export interface ModelRound {
  readonly orderId: string;
  status: 'awaiting_payment' | 'confirmed' | 'canceled' | 'rejected';
  lines: ModelLine[];
  shares: ModelShare[];
}

/** What a split asks for. The people are ids, lines are ids of the basket. */
export type ModelSplit =
  | { kind: 'own'; treats?: { kind: 'treat'; payerId: string; participantIds?: string[] }[] }
  | { kind: 'even'; except?: string[]; participantIds?: string[] }
  | { kind: 'treat'; payerId: string; participantIds?: string[] }
  | { kind: 'custom'; amounts: { participantId: string; amount: number }[] }
  | { kind: 'custom'; percents: { participantId: string; basisPoints: number }[] };

export type Refusal = readonly string[];
export type Expected = 'ok' | Refusal;

/** Who asks: a participant by her id, 'agent' for a staff member; undefined for somebody outside. */
export type Asker = string | undefined;

export class TabModel {
  version = 1;
  status: 'open' | 'closing' | 'closed' = 'open';
  isLocked = false;
  title: string | null = null;
  spendingLimit: number | null = null;
  host: string;
  people: ModelPerson[] = [];
  lines: ModelLine[] = [];
  rounds: ModelRound[] = [];

  constructor(hostId: string, name: string) {
    this.host = hostId;
    this.people.push(this.#person(hostId, name));
  }

  get present(): ModelPerson[] {
    return this.people.filter(({ hasLeft }) => !hasLeft);
  }

  get running(): ModelRound[] {
    return this.rounds.filter(({ status }) => status === 'awaiting_payment');
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
    if (known) known.hasLeft = false;
    else this.people.push(this.#person(newId, name));
    return this.#changed();
  }

  /** The host or staff add somebody without a phone, also while joining is locked. */
  addPerson(asker: Asker, newId: string, name: string): Expected {
    const refusal = this.#refuseLead(asker) ?? this.#refuseEnded();
    if (refusal) return refusal;
    this.people.push(this.#person(newId, name));
    return this.#changed();
  }

  rename(asker: Asker, target: string, name: string): Expected {
    const refusal = this.#refuseFor(asker, target) ?? this.#refuseEnded();
    if (refusal) return refusal;
    const person = this.present.find(({ id }) => id === target);
    if (!person) return ['not_found'];
    if (person.typed === name) return 'ok';
    person.shown = this.#shown(name, target);
    person.typed = name;
    return this.#changed();
  }

  setReady(asker: Asker, target: string, isReady: boolean): Expected {
    const refusal = this.#refuseFor(asker, target) ?? this.#refuseUnlessOpen();
    if (refusal) return refusal;
    const person = this.present.find(({ id }) => id === target);
    if (!person) return ['not_found'];
    if (person.isReady === isReady) return 'ok';
    person.isReady = isReady;
    return this.#changed();
  }

  takeOut(asker: Asker, target: string): Expected {
    const refusal = this.#refuseFor(asker, target) ?? this.#refuseEnded();
    if (refusal) return refusal;
    const person = this.find(target);
    if (!person) return ['not_found'];
    const isRemoved = asker !== target;
    if (person.hasLeft && person.isRemoved >= isRemoved) return 'ok';
    if (isRemoved && target === this.host) return ['illegal_transition'];
    this.#changeLines(this.#without(target));
    Object.assign(person, { hasLeft: true, isReady: false, isRemoved });
    const next = this.present[0];
    if (target === this.host && next) this.host = next.id;
    return this.#changed();
  }

  handOver(asker: Asker, target: string): Expected {
    if (!this.isIn(asker)) return ['not_found'];
    if (!this.mayLead(asker) && target !== asker) return ['forbidden'];
    const refusal = this.#refuseEnded();
    if (refusal) return refusal;
    if (!this.present.some(({ id }) => id === target)) return ['not_found'];
    if (target === this.host) return 'ok';
    // Nobody is away for long in a test.
    if (!this.mayLead(asker))
      return this.find(this.host)!.hasLeft ? this.#makeHost(target) : ['host_is_here'];
    return this.#makeHost(target);
  }

  settings(
    asker: Asker,
    wanted: { title?: string | null; isLocked?: boolean; spendingLimit?: number | null },
  ): Expected {
    const refusal = this.#refuseLead(asker) ?? this.#refuseEnded();
    if (refusal) return refusal;
    const before = JSON.stringify([this.title, this.isLocked, this.spendingLimit]);
    Object.assign(this, wanted);
    return JSON.stringify([this.title, this.isLocked, this.spendingLimit]) === before
      ? 'ok'
      : this.#changed();
  }

  renewCode(asker: Asker): Expected {
    return this.#refuseLead(asker) ?? this.#refuseEnded() ?? this.#changed();
  }

  add(asker: Asker, line: Omit<ModelLine, 'version'>): Expected {
    const refusal = this.#refuseFor(asker, line.owner) ?? this.#refuseUnlessOpen();
    if (refusal) return refusal;
    return this.#changeBasket([...this.lines, { ...line, version: 1 }]);
  }

  change(
    asker: Asker,
    lineId: string,
    ifVersion: number,
    wanted: Partial<Pick<ModelLine, 'quantity' | 'sharers' | 'note'>>,
  ): Expected {
    if (!this.isIn(asker)) return ['not_found'];
    const line = this.lines.find(({ id }) => id === lineId);
    if (!line) return ['not_found'];
    const refusal = this.#refuseFor(asker, line.owner) ?? this.#refuseUnlessOpen();
    if (refusal) return refusal;
    const next = { ...line, ...wanted, version: line.version + 1 };
    if (![...next.sharers.keys()].every((id) => this.isIn(id))) return ['not_found'];
    if (contentOf(next) === contentOf(line)) return 'ok';
    if (ifVersion !== line.version) return ['version_conflict'];
    return this.#changeBasket(this.lines.map((one) => (one === line ? next : one)));
  }

  remove(asker: Asker, lineId: string, ifVersion: number): Expected {
    if (!this.isIn(asker)) return ['not_found'];
    const line = this.lines.find(({ id }) => id === lineId);
    if (!line) return ['not_found'];
    const refusal = this.#refuseFor(asker, line.owner) ?? this.#refuseUnlessOpen();
    if (refusal) return refusal;
    if (ifVersion !== line.version) return ['version_conflict'];
    this.#changeLines(this.lines.filter((one) => one !== line));
    return this.#changed();
  }

  stepOut(asker: string | undefined, lineId: string): Expected {
    if (!this.isIn(asker)) return ['not_found'];
    const refusal = this.#refuseUnlessOpen();
    if (refusal) return refusal;
    const line = this.lines.find(({ id }) => id === lineId);
    if (!line) return ['not_found'];
    if (!line.sharers.has(asker!)) return 'ok';
    if (line.sharers.size === 1) return ['illegal_transition'];
    const sharers = new Map([...line.sharers].filter(([id]) => id !== asker));
    return this.#changeBasket(
      this.lines.map((one) => (one === line ? { ...line, sharers, version: line.version + 1 } : one)),
    );
  }

  /** Returns what everybody pays by this split; undefined if it cannot be sent. */
  split(lines: readonly ModelLine[], split: ModelSplit): Map<string, number> | undefined {
    const total = sum(lines.map(amountOf));
    if ('amounts' in split) {
      if (sum(split.amounts.map(({ amount }) => amount)) !== total) return undefined;
      return new Map(split.amounts.map(({ participantId, amount }) => [participantId, amount]));
    }
    const exact = new Map<string, Fraction>();
    const pays = (id: string, amount: number, weight: number, of: number) =>
      exact.set(id, plus(exact.get(id) ?? ZERO, [BigInt(amount) * BigInt(weight), BigInt(of)]));
    if ('percents' in split) {
      if (sum(split.percents.map(({ basisPoints }) => basisPoints)) !== 10_000) return undefined;
      for (const { participantId, basisPoints } of split.percents)
        pays(participantId, total, basisPoints, 10_000);
      return rounded(exact, total);
    }
    const everybody = this.present.map(({ id }) => id);
    const treats = split.kind === 'treat' ? [split] : split.kind === 'own' ? (split.treats ?? []) : [];
    const payerOf = (id: string) =>
      treats.find(({ participantIds }) => participantIds?.includes(id))?.payerId ??
      treats.find(({ participantIds }) => participantIds === undefined)?.payerId ??
      id;
    for (const line of lines) {
      const isEven = split.kind === 'even' && !split.except?.includes(line.id);
      const sharers: Map<string, number> = isEven
        ? new Map((split.participantIds ?? everybody).map((id) => [id, 1]))
        : line.sharers;
      const of = sum([...sharers.values()]);
      for (const [id, weight] of sharers) pays(payerOf(id), amountOf(line), weight, of);
    }
    return rounded(exact, total);
  }

  /** Everybody's part of the basket, each her own. */
  get parts(): Map<string, number> {
    const parts = this.split(this.lines, { kind: 'own' })!;
    return new Map(this.present.map(({ id }) => [id, parts.get(id) ?? 0]));
  }

  /** Returns the refusal, or what everybody pays. The caller follows with `sent`. */
  send(
    asker: Asker,
    split: ModelSplit,
    isInStock: boolean,
  ): { readonly refused: Refusal } | { readonly shares: Map<string, number> } {
    const refusal = this.#refuseLead(asker) ?? this.#refuseUnlessOpen();
    // A tab that takes nothing more has mostly nothing to send, too.
    if (refusal) return { refused: this.lines.length === 0 ? [...refusal, 'invalid_request'] : refusal };
    if (this.lines.length === 0) return { refused: ['invalid_request'] };
    const isOver = [...this.parts.values()].some(
      (amount) => this.spendingLimit !== null && amount > this.spendingLimit,
    );
    const shares = this.split(this.lines, split);
    if (isOver || !shares) {
      const codes = [...(isOver ? ['over_spending_limit'] : []), ...(shares ? [] : ['split_mismatch'])];
      return { refused: codes };
    }
    return isInStock ? { shares } : { refused: ['out_of_stock'] };
  }

  sent(round: ModelRound): void {
    this.rounds.push(round);
    this.lines = [];
    for (const person of this.people) person.isReady = false;
    this.version += 1;
  }

  /** The basket gets back what a round had, without those who have left meanwhile. */
  giveBack(lines: readonly ModelLine[]): void {
    if (this.status !== 'open') return;
    for (const line of lines) {
      const sharers = new Map([...line.sharers].filter(([id]) => this.isIn(id)));
      if (sharers.size === 0) continue;
      const owner = this.isIn(line.owner) ? line.owner : [...sharers.keys()][0]!;
      this.lines.push({ ...line, owner, sharers });
    }
  }

  close(asker: Asker): Expected {
    const refusal = this.#refuseLead(asker);
    if (refusal) return refusal;
    if (this.status === 'closed') return ['tab_ended'];
    if (this.status === 'closing') return 'ok';
    this.status = 'closing';
    return this.#changed();
  }

  #makeHost(target: string): Expected {
    this.host = target;
    return this.#changed();
  }

  #changed(): Expected {
    this.version += 1;
    return 'ok';
  }

  #changeBasket(lines: ModelLine[]): Expected {
    for (const { sharers } of lines)
      if (![...sharers.keys()].every((id) => this.isIn(id))) return ['not_found'];
    const limit = this.spendingLimit;
    const before = this.parts;
    const after = this.split(lines, { kind: 'own' })!;
    const isOver = [...after].some(
      ([id, amount]) => limit !== null && amount > limit && amount > (before.get(id) ?? 0),
    );
    if (isOver) return ['over_spending_limit'];
    this.#changeLines(lines);
    return this.#changed();
  }

  /** Whoever's lines were touched has not chosen yet. */
  #changeLines(lines: ModelLine[]): void {
    const touched = new Set<string>();
    const touch = (line: ModelLine) => [line.owner, ...line.sharers.keys()].forEach((id) => touched.add(id));
    for (const line of this.lines)
      if (lines.find(({ id }) => id === line.id)?.version !== line.version) touch(line);
    for (const line of lines)
      if (this.lines.find(({ id }) => id === line.id)?.version !== line.version) touch(line);
    for (const person of this.people) if (touched.has(person.id)) person.isReady = false;
    this.lines = lines;
  }

  #without(target: string): ModelLine[] {
    return this.lines.flatMap((line) => {
      if (line.owner !== target && !line.sharers.has(target)) return [line];
      const sharers = new Map([...line.sharers].filter(([id]) => id !== target));
      if (sharers.size === 0) return [];
      const owner = line.owner === target ? [...sharers.keys()][0]! : line.owner;
      return [{ ...line, owner, sharers, version: line.version + 1 }];
    });
  }

  /** Others are for the host and staff. */
  #refuseFor(asker: Asker, target: string): Refusal | undefined {
    if (!this.isIn(asker)) return ['not_found'];
    return asker === target || this.mayLead(asker) ? undefined : ['forbidden'];
  }

  #refuseLead(asker: Asker): Refusal | undefined {
    if (!this.isIn(asker)) return ['not_found'];
    return this.mayLead(asker) ? undefined : ['forbidden'];
  }

  #refuseEnded(): Refusal | undefined {
    return this.status === 'closed' ? ['tab_ended'] : undefined;
  }

  #refuseUnlessOpen(): Refusal | undefined {
    return this.status === 'open' ? undefined : ['tab_ended'];
  }

  #person(id: string, name: string): ModelPerson {
    return {
      id,
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

export function amountOf({ quantity, unitAmount }: Pick<ModelLine, 'quantity' | 'unitAmount'>): number {
  return quantity * unitAmount;
}

/** What of a line does not change by being moved. Weights that are all the same are 1. */
export function contentOf({
  owner,
  sharers,
  variant,
  quantity,
  note,
}: Omit<ModelLine, 'unitAmount'>): string {
  const isEven = new Set(sharers.values()).size === 1;
  const weights = [...sharers].map(([id, weight]) => `${id} ${isEven ? 1 : weight}`);
  return JSON.stringify([owner, weights.toSorted(), variant, quantity, note]);
}

type Fraction = readonly [numerator: bigint, denominator: bigint];
const ZERO: Fraction = [0n, 1n];

function plus([a, b]: Fraction, [c, d]: Fraction): Fraction {
  return [a * d + c * b, b * d];
}

/** Rounds by the largest remainder; ties go by id. */
function rounded(exact: ReadonlyMap<string, Fraction>, total: number): Map<string, number> {
  const floors = new Map([...exact].map(([id, [n, d]]) => [id, Number(n / d)]));
  const ranked = [...exact].toSorted(([left, [a, b]], [right, [c, d]]) => {
    const difference = (c % d) * b - (a % b) * d;
    return difference > 0n ? 1 : difference < 0n ? -1 : left < right ? -1 : 1;
  });
  const rest = total - sum([...floors.values()]);
  for (const [id] of ranked.slice(0, rest)) floors.set(id, floors.get(id)! + 1);
  return floors;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
