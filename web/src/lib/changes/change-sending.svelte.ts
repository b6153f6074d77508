import * as m from '#messages';
import { isApiError, isUnanswered, sentenceFor, type ApiError } from '../api/api-error.ts';
import type { ChangeAnswer } from '../api/changes.ts';
import { newIdempotencyKey } from '../api/idempotency-key.ts';
import type { ChosenCard } from '../cards/chosen-card.ts';
import type { LiveOrder } from '../live/live-order.svelte.ts';
import { BankWindow } from '../stripe/bank-window.ts';
import { loadStripe } from '../stripe/load-stripe.ts';
import { changeProblemOf, type ChangeProblem } from './change-problem.ts';
import { keptRequest, type SentRequest } from './kept-change.ts';

/** Interval at which the order is read while the bank's answer is on its way to it. */
const LOOK_EVERY = 1500;
/** After her answer to the bank, this many looks are worth waiting for. */
const MOST_LOOKS = 40;

/** What a request about a change is answered with; without a change nothing is left to be changed. */
export type SentAnswer = Omit<ChangeAnswer, 'change'> & { readonly change: ChangeAnswer['change'] | null };

/** Returns the card to pay with; undefined if its form itself shows what is missing. */
export type ChooseCard = () => Promise<ChosenCard | { problem: string } | undefined>;

/**
 * Sends one request about a change, such as the change itself or a yes to somebody else's, until its end is known. Only the
 * same request is repeated, also after a reload. Her bank is asked on the way.
 */
export class ChangeSending<Body> {
  isSending = $state(false);
  /** What is on its way is what this page has just sent. */
  isFirstTry = $state(false);
  /** Why it was refused. */
  problem: ChangeProblem | undefined = $state.raw();
  /** It was sent, and its end is not known. */
  sent: SentRequest<Body> | undefined = $state.raw();
  /** Why the last request for it had no answer. */
  unheard = $state('');

  readonly #live: LiveOrder;
  readonly #name: string;
  readonly #call: (body: Body, key: string) => Promise<SentAnswer>;
  readonly #refused: (error: ApiError) => Promise<void>;
  readonly #bank = new BankWindow();

  /** `name` is that of the request in this browser; `refused` is told before the problem is shown. */
  constructor(
    live: LiveOrder,
    options: {
      name: string;
      call: (body: Body, key: string) => Promise<SentAnswer>;
      refused?: (error: ApiError) => Promise<void>;
    },
  ) {
    this.#live = live;
    this.#name = options.name;
    this.#call = options.call;
    this.#refused = options.refused ?? (async () => undefined);
    this.sent = keptRequest.read<Body>(this.#name);
  }

  /** True if only asking again about what was sent is possible. */
  get isUnheard(): boolean {
    return this.sent !== undefined && !this.isFirstTry;
  }

  /** Closes the bank's window. Returns whether it was open. */
  leaveBank(): boolean {
    const { isOpen } = this.#bank;
    this.#bank.close();
    return isOpen;
  }

  /** Sends what `make` returns, which is undefined if the page shows why there is nothing to send. */
  send(
    make: () => Promise<Body | { readonly problem: string } | undefined>,
  ): Promise<SentAnswer | undefined> {
    return this.#whileSending(async () => {
      const body = await make();
      if (!body) return undefined;
      if (isProblem(body)) {
        this.problem = { kind: 'words', text: body.problem };
        return undefined;
      }
      this.#keep({ key: newIdempotencyKey(), body });
      this.isFirstTry = true;
      return this.#conclude();
    });
  }

  /** Asks again about what was sent. */
  resume(): Promise<SentAnswer | undefined> {
    return this.#whileSending(() => this.#conclude());
  }

  async #whileSending(work: () => Promise<SentAnswer | undefined>): Promise<SentAnswer | undefined> {
    if (this.isSending) return undefined;
    this.isSending = true;
    this.problem = undefined;
    this.unheard = '';
    try {
      return await work();
    } catch (error) {
      this.problem = { kind: 'words', text: sentenceFor(error) };
      throw error;
    } finally {
      this.isSending = false;
      this.isFirstTry = false;
    }
  }

  async #conclude(): Promise<SentAnswer | undefined> {
    const { sent } = this;
    if (!sent) return undefined;
    try {
      const answer = await this.#untilSettled(sent);
      if (answer) this.#keep(undefined);
      return answer;
    } catch (error) {
      if (!isApiError(error)) throw error;
      await this.#live.read();
      if (isUnanswered(error) && error.detail('reason') !== 'too_late') {
        this.unheard = error.sentence;
        return undefined;
      }
      this.#keep(undefined);
      await this.#refused(error);
      this.problem = changeProblemOf(error);
      return undefined;
    }
  }

  /** Resolves once her part in it is done; with undefined while only her bank is waited for. Throws the refusal. */
  async #untilSettled({ body, key }: SentRequest<Body>): Promise<SentAnswer | undefined> {
    let hasAsked = false;
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const answer = await this.#call(body, key);
      const { change, order, viewer } = answer;
      this.#live.accept(order, viewer);
      if (!change || isDone(answer)) return answer;
      const secret = change.payment?.clientSecret;
      if (secret !== undefined && !hasAsked) {
        hasAsked = true;
        const stripe = await loadStripe();
        const said = await this.#bank.ask(() => stripe.handleNextAction({ clientSecret: secret }));
        // She went back from the bank's window: the question can be shown again.
        if (said === undefined) return undefined;
      }
      looks += await this.#untilMoved(order.version, MOST_LOOKS - looks);
    }
    this.unheard = m.change.stillOpen();
    return undefined;
  }

  /** Waits until the order has another version: what her bank says reaches it first. Resolves with the looks that it took. */
  async #untilMoved(version: number, mostLooks: number): Promise<number> {
    for (let looks = 0; looks < mostLooks; looks += 1) {
      if ((this.#live.order?.version ?? 0) > version) return looks;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      await this.#live.read();
    }
    return mostLooks;
  }

  #keep(sent: SentRequest<Body> | undefined): void {
    this.sent = sent;
    keptRequest.write(this.#name, sent);
  }
}

function isProblem(body: unknown): body is { readonly problem: string } {
  return typeof body === 'object' && body !== null && 'problem' in body;
}

/** Whether the change is made, or waits for others alone. */
function isDone({ change, order, viewer }: SentAnswer): boolean {
  if (!change || change.status === 'applied') return true;
  if (order.change?.id !== change.id) return false;
  const own = order.change.payers.find(({ participantId }) => participantId === viewer?.participantId);
  return change.status === 'held' && own?.state === 'done';
}
