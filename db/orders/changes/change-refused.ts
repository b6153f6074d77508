import type { ChangeRefusal, PlannedChange } from '../../../domain/change.ts';

/** Why a change, or somebody's agreement to one, was not written. */
export class ChangeRefused extends Error {
  readonly reason:
    | ChangeRefusal
    | 'stale'
    | 'not_now'
    | 'one_is_open'
    | 'difference_changed'
    | 'nothing_changed'
    | 'tab_ended'
    | 'too_many_lines'
    | 'too_dear'
    /** Nobody has said how more is paid that staff add. */
    | 'settle_needed'
    /** The change is over, or is not open to her. */
    | 'not_open';
  readonly lineId: string | undefined;
  /** What it costs, if that is another amount than was expected. */
  readonly differenceAmount: number | undefined;
  /** Of a line that is paid, or being paid: who is paying it, and the fewest units that it may have. */
  readonly line: RefusedLine;

  constructor(
    reason: ChangeRefused['reason'],
    of: { lineId?: string | undefined; differenceAmount?: number } & RefusedLine = {},
  ) {
    super(`the order is not changed: ${reason}`);
    this.reason = reason;
    this.lineId = of.lineId;
    this.differenceAmount = of.differenceAmount;
    this.line = of;
  }
}

type RefusedLine = Pick<Extract<PlannedChange, { refused: unknown }>, 'by' | 'leastQuantity'>;
