import { staffDifferences } from '#messages';
import type { Reconciliation } from '#domain/contract/reconciliation.ts';
import { ApiError, isApiError } from '../../api/api-error.ts';
import { compareNow, readReconciliation } from './difference-calls.ts';

/** How often it is read: seldom for the badge, often while a comparison is followed. */
const IDLE = 30_000;
const FOLLOWING = 1500;
/** A comparison that has not begun by then has no worker. */
const BEGIN_WITHIN = 30_000;

/** The last comparisons and the number of open differences, kept up from `start` to `stop`. */
class ReconciliationState {
  /** Undefined until they are known. */
  runs: Reconciliation['runs'] | undefined = $state.raw();
  openDifferences = $state(0);
  /** Why what is here may be old, or is missing; null when the last answer was good. */
  failure: ApiError | null = $state.raw(null);
  /** Somebody here asked for a comparison that has not begun yet. */
  isStarting = $state(false);

  readonly isRunning = $derived(this.isStarting || (this.runs?.some(isUnderWay) ?? false));
  readonly lastCompleted = $derived(this.runs?.find(({ status }) => status === 'completed'));
  /** Changes whenever the list of differences may have. */
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

  /** Reads now, and plans the next reading. Without an answer what is known stays. */
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

  /** Has everything compared, and follows it. Throws ApiError when it was refused. */
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

/** The one of this page: the header's badge and the screen read the same. The header keeps it up. */
export const reconciliation = new ReconciliationState();
