import { expect, it } from 'vitest';
import { nextPage } from './next-page.ts';

it('goes on to a page of ours', () => {
  expect(nextPage('/checkout?from=cart', '/')).toBe('/checkout?from=cart');
});

it.each([null, '', 'https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  'never leads to %s',
  (next) => {
    expect(nextPage(next, '/')).toBe('/');
  },
);
