import type { ShownLine } from './basket-edits.ts';

/** What a press in the basket does to a line. */
export interface LineActs {
  copy(line: ShownLine): void;
  remove(line: ShownLine): void;
  stepOut(line: ShownLine): void;
}
