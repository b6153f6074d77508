import { describe, expect, it } from 'vitest';
import { judgeChange, newest } from './versions.ts';

describe('a change of an order', () => {
  it('is applied when it is the next version', () => {
    expect(judgeChange(4, 5)).toBe('apply');
  });
  it('is dropped when it is the version at hand, or older', () => {
    expect(judgeChange(4, 4)).toBe('drop');
    expect(judgeChange(4, 1)).toBe('drop');
  });
  it('is a gap when a version between is missing', () => {
    expect(judgeChange(4, 6)).toBe('gap');
  });
});

describe('of two snapshots', () => {
  it('the newer one is kept, whichever came first', () => {
    const older = { version: 3 };
    const newer = { version: 4 };
    expect(newest(older, newer)).toBe(newer);
    expect(newest(newer, older)).toBe(newer);
  });
  it('the first one is taken when there was none', () => {
    const only = { version: 1 };
    expect(newest(null, only)).toBe(only);
  });
  it('the one at hand is kept when both are of one version', () => {
    const shown = { version: 2 };
    expect(newest(shown, { version: 2 })).toBe(shown);
  });
});
