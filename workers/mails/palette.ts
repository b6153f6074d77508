interface Palette {
  readonly page: string;
  readonly card: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  readonly brand: string;
  readonly onBrand: string;
  readonly good: string;
  readonly goodBack: string;
  readonly calm: string;
  readonly calmBack: string;
  readonly warn: string;
  readonly warnBack: string;
}

/** The colors of the screens, light first. All text has a contrast of at least 4.5 to 1. */
export const LIGHT: Palette = {
  page: '#fbf7f0',
  card: '#ffffff',
  panel: '#f6f0e6',
  ink: '#221a15',
  muted: '#6b5d51',
  rule: '#e8dfd2',
  brand: '#c93a1c',
  onBrand: '#ffffff',
  good: '#12683c',
  goodBack: '#dff3e6',
  calm: '#855200',
  calmBack: '#fdf0cf',
  warn: '#b01f2e',
  warnBack: '#fde8e8',
};

export const DARK: Palette = {
  page: '#16120f',
  card: '#201a16',
  panel: '#2a231e',
  ink: '#f8f1e8',
  muted: '#bcab9b',
  rule: '#3a3029',
  brand: '#ff7d5c',
  onBrand: '#2a0b02',
  good: '#6fdc9c',
  goodBack: '#123524',
  calm: '#f6c95b',
  calmBack: '#3b2c0b',
  warn: '#ff9a9a',
  warnBack: '#461b1e',
};
