import { staffDifferences } from '#messages';
import type { Reconciliation } from '#domain/contract/reconciliation.ts';
import { ApiError, isApiError } from '../../api/api-error.ts';
import { compareNow, readReconciliation } from './difference-calls.ts';

/** Polling intervals: long for the badge, short while a run is followed. */
const IDLE = 30_000;
const FOLLOWING = 1500;
/** A run that has not started by then has no worker. */
const BEGIN_WITHIN = 30_000;

/** The latest runs and the number of open differences, polled from `start` to `stop`. */
class ReconciliationState {
  /** Undefined until loaded. */
  runs: Reconciliation['runs'] | undefined = $state.raw();
  openDifferences = $state(0);
  /** Why the data may be stale or missing; null after a successful response. */
  failure: ApiError | null = $state.raw(null);
  /** A run was requested here and has not started yet. */
  isStarting = $state(false);

  readonly isRunning = $derived(this.isStarting || (this.runs?.some(isUnderWay) ?? false));
  readonly lastCompleted = $derived(this.runs?.find(({ status }) => status === 'completed'));
  /** Changes whenever the list of differences may have changed. */
  readonly fingerprint = $derived(
    `${this.openDifferences} ${this.runs?.find(({ endedAt }) => endedAt !== null)?.id ?? ''}`,
  );

  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = true;
  #asked: { at: number; newestId: string | undefined } | null = null;

  start(): void {
    this.#isStopped = false;
    void this.read();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Reads now and schedules the next read. On failure the data stays. */
  async read(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.#take(await readReconciliation());
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      this.#plan();
    }
  }

  /** Starts a run and follows it. Throws ApiError if refused. */
  async compare(): Promise<void> {
    if (this.isRunning) return;
    this.#asked = { at: performance.now(), newestId: this.runs?.[0]?.id };
    this.isStarting = true;
    try {
      this.#take(await compareNow());
    } catch (error) {
      this.#settle();
      throw error;
    } finally {
      this.#plan();
    }
  }

  #take({ runs, openDifferences }: Reconciliation): void {
    this.runs = runs;
    this.openDifferences = openDifferences;
    this.failure = null;
    if (this.#asked === null) return;
    if (runs[0]?.id !== this.#asked.newestId) this.#settle();
    else if (performance.now() - this.#asked.at > BEGIN_WITHIN) {
      this.#settle();
      this.failure = new ApiError('try_again', staffDifferences.noWorkerTakesIt());
    }
  }

  #settle(): void {
    this.#asked = null;
    this.isStarting = false;
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.read(), this.isRunning ? FOLLOWING : IDLE);
  }
}

function isUnderWay({ status }: Reconciliation['runs'][number]): boolean {
  return status === 'running';
}

/** The instance of this page, shared by the header's badge and the screen. The header starts it. */
export const reconciliation = new ReconciliationState();
