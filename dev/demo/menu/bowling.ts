import { menuOf, TAX } from '../demo-product.ts';

const sizes = Array.from({ length: 20 }, (_, index) => ({ name: `EU ${index + 29}`, amount: 0 }));

export const bowling = menuOf('Bowling', TAX.leisure, [
  {
    slug: 'lane-hour',
    name: 'One hour on a lane',
    description: 'Up to eight players, scores on the screen above, drinks and food brought to your seats.',
    prices: { 'Before 5 pm': 2200, Evening: 3200 },
    available: 12,
    optionGroups: [
      {
        name: 'For beginners',
        minimum: 0,
        maximum: 2,
        options: [
          { name: 'Bumper rails', amount: 0 },
          { name: 'Ball ramp', amount: 0 },
        ],
      },
    ],
    picture: { emoji: '🎳', size: 0.66 },
  },
  {
    slug: 'shoe-hire',
    name: 'Shoe hire',
    description: 'Freshly disinfected, pleasantly retro, one pair for as long as you play.',
    prices: { Adult: 300, Child: 200 },
    available: 80,
    optionGroups: [{ name: 'Size', minimum: 1, maximum: 1, options: sizes }],
    picture: {
      emoji: '👟',
      size: 0.62,
      turn: -6,
      garnish: [{ emoji: '🧦', x: 0.79, y: 0.28, size: 0.26, turn: 12, behind: true }],
    },
  },
  {
    slug: 'birthday-lane',
    name: 'Birthday lane',
    description:
      'Two hours, shoes for eight, a chocolate cake with candles, fries for everyone and a real pin to sign.',
    allergens: ['gluten', 'milk', 'eggs', 'celery'],
    prices: 12900,
    available: 3,
    picture: {
      emoji: '🎂',
      size: 0.56,
      garnish: [
        { emoji: '🎈', x: 0.79, y: 0.3, size: 0.32, turn: 10, behind: true },
        { emoji: '🎳', x: 0.22, y: 0.76, size: 0.25, turn: -8 },
      ],
    },
  },
]);
