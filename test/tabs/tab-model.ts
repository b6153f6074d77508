/**
 * The rules of a tab that is paid before, as a program for one thread: written from the design of tabs, not from the
 * product, so that the two can be compared. Every command returns what the API must say: 'ok', or the codes of refusals
 * that are right.
 */

import { contentOf, splitBetween, type ModelLine, type ModelSplit } from './model-split.ts';
import { PeopleModel, type Asker, type Expected, type Refusal } from './people-model.ts';

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

export class TabModel extends PeopleModel {
  title: string | null = null;
  spendingLimit: number | null = null;
  lines: ModelLine[] = [];
  rounds: ModelRound[] = [];

  get running(): ModelRound[] {
    return this.rounds.filter(({ status }) => status === 'awaiting_payment');
  }

  takeOut(asker: Asker, target: string): Expected {
    const refusal = this.refuseFor(asker, target) ?? this.refuseEnded();
    if (refusal) return refusal;
    const person = this.find(target);
    if (!person) return ['not_found'];
    const isRemoved = asker !== target;
    if (person.hasLeft && person.isRemoved >= isRemoved) return 'ok';
    if (isRemoved && target === this.host) return ['illegal_transition'];
    this.#changeLines(this.#without(target));
    Object.assign(person, { hasLeft: true, isReady: false, isRemoved });
    if (target === this.host) this.host = this.longest(target) ?? this.present[0]?.id ?? this.host;
    return this.changed();
  }

  settings(
    asker: Asker,
    wanted: { title?: string | null; isLocked?: boolean; spendingLimit?: number | null },
  ): Expected {
    const refusal = this.refuseLead(asker) ?? this.refuseEnded();
    if (refusal) return refusal;
    const before = JSON.stringify([this.title, this.isLocked, this.spendingLimit]);
    Object.assign(this, wanted);
    return JSON.stringify([this.title, this.isLocked, this.spendingLimit]) === before ? 'ok' : this.changed();
  }

  add(asker: Asker, line: Omit<ModelLine, 'version'>): Expected {
    const refusal = this.refuseFor(asker, line.owner) ?? this.refuseUnlessOpen();
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
    const refusal = this.refuseFor(asker, line.owner) ?? this.refuseUnlessOpen();
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
    const refusal = this.refuseFor(asker, line.owner) ?? this.refuseUnlessOpen();
    if (refusal) return refusal;
    if (ifVersion !== line.version) return ['version_conflict'];
    this.#changeLines(this.lines.filter((one) => one !== line));
    return this.changed();
  }

  stepOut(asker: string | undefined, lineId: string): Expected {
    if (!this.isIn(asker)) return ['not_found'];
    const refusal = this.refuseUnlessOpen();
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

  /** Everybody's part of the basket, each her own. */
  get parts(): Map<string, number> {
    const parts = splitBetween(this.#presentIds, this.lines, { kind: 'own' })!;
    return new Map(this.present.map(({ id }) => [id, parts.get(id) ?? 0]));
  }

  /** Returns the refusal, or what everybody pays. The caller follows with `sent`. */
  send(
    asker: Asker,
    split: ModelSplit,
    isInStock: boolean,
  ): { readonly refused: Refusal } | { readonly shares: Map<string, number> } {
    const refusal = this.refuseLead(asker) ?? this.refuseUnlessOpen();
    // A tab that takes nothing more has mostly nothing to send, too.
    if (refusal) return { refused: this.lines.length === 0 ? [...refusal, 'invalid_request'] : refusal };
    if (this.lines.length === 0) return { refused: ['invalid_request'] };
    const isOver = [...this.parts.values()].some(
      (amount) => this.spendingLimit !== null && amount > this.spendingLimit,
    );
    const shares = splitBetween(this.#presentIds, this.lines, split);
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
    const refusal = this.refuseLead(asker);
    if (refusal) return refusal;
    if (this.status !== 'open') return 'ok';
    this.status = 'closing';
    return this.changed();
  }

  get #presentIds(): string[] {
    return this.present.map(({ id }) => id);
  }

  #changeBasket(lines: ModelLine[]): Expected {
    for (const { sharers } of lines)
      if (![...sharers.keys()].every((id) => this.isIn(id))) return ['not_found'];
    const limit = this.spendingLimit;
    const before = this.parts;
    const after = splitBetween(this.#presentIds, lines, { kind: 'own' })!;
    const isOver = [...after].some(
      ([id, amount]) => limit !== null && amount > limit && amount > (before.get(id) ?? 0),
    );
    if (isOver) return ['over_spending_limit'];
    this.#changeLines(lines);
    return this.changed();
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
}
