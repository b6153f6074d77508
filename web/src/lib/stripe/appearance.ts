import type { Appearance } from '@stripe/stripe-js';

/** Returns the style of the card form: our design tokens in the current color scheme. */
export function cardAppearance(): Appearance {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    theme: matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe',
    labels: 'above',
    variables: {
      colorPrimary: token('primary'),
      colorBackground: token('surface'),
      colorText: token('ink'),
      colorTextSecondary: token('muted'),
      colorTextPlaceholder: token('muted'),
      colorDanger: token('bad'),
      fontFamily: 'Figtree, system-ui, sans-serif',
      fontSizeBase: '16px',
      fontWeightMedium: '600',
      borderRadius: '14px',
      spacingUnit: '4px',
    },
    rules: {
      '.Input': { border: `1px solid ${token('line-strong')}`, boxShadow: 'none', padding: '13px 14px' },
      '.Input:focus': { border: `1px solid ${token('focus')}`, boxShadow: `0 0 0 2px ${token('focus')}` },
      '.Label': { fontWeight: '600', color: token('ink'), marginBottom: '6px' },
    },
  };
}
