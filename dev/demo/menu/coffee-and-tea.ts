import { menuOf, TAX } from '../demo-product.ts';
import { coffeeExtras, ice, milk } from './choices.ts';

export const coffeeAndTea = menuOf('Coffee & tea', TAX.drinks, [
  {
    slug: 'espresso',
    name: 'Espresso',
    description: 'Dark chocolate and roasted hazelnut in two sips, from beans roasted around the corner.',
    prices: { Single: 260, Double: 360 },
    available: 300,
    picture: {
      emoji: '☕',
      size: 0.44,
      garnish: [
        { emoji: '🫘', x: 0.22, y: 0.72, size: 0.2, turn: -20 },
        { emoji: '🫘', x: 0.79, y: 0.27, size: 0.15, turn: 40, behind: true },
        { emoji: '🫘', x: 0.78, y: 0.77, size: 0.17, turn: 130 },
      ],
    },
  },
  {
    slug: 'flat-white',
    name: 'Flat white',
    description: 'A double ristretto under a thin coat of silky milk.',
    allergens: ['milk'],
    prices: { Regular: 420, Large: 490 },
    available: 200,
    optionGroups: [milk, coffeeExtras],
    picture: {
      emoji: '☕',
      size: 0.56,
      garnish: [{ emoji: '🥛', x: 0.77, y: 0.29, size: 0.28, turn: 8, behind: true }],
    },
  },
  {
    slug: 'cappuccino',
    name: 'Cappuccino',
    description:
      'Espresso, steamed milk and a tall cap of foam, dusted with cocoa. An almond biscuit on the side.',
    allergens: ['milk', 'nuts', 'gluten'],
    prices: { Regular: 390, Large: 460 },
    available: 200,
    optionGroups: [milk, coffeeExtras],
    picture: {
      emoji: '☕',
      size: 0.58,
      turn: -4,
      garnish: [{ emoji: '🍪', x: 0.24, y: 0.74, size: 0.27, turn: -15 }],
    },
  },
  {
    slug: 'brown-sugar-bubble-tea',
    name: 'Brown sugar bubble tea',
    description:
      'Black tea, milk and ice over chewy tapioca pearls that simmered in brown sugar all morning.',
    allergens: ['milk'],
    prices: { Regular: 490, Large: 560 },
    available: 120,
    optionGroups: [milk, ice],
    picture: {
      emoji: '🧋',
      size: 0.6,
      turn: 6,
      garnish: [
        { emoji: '🧊', x: 0.23, y: 0.75, size: 0.22, turn: -14 },
        { emoji: '🧊', x: 0.8, y: 0.8, size: 0.15, turn: 25 },
      ],
    },
  },
  {
    slug: 'chai-latte',
    name: 'Chai latte',
    description:
      'Black tea simmered with cardamom, ginger and cinnamon, finished with frothed milk and honey.',
    allergens: ['milk'],
    prices: { Regular: 450, Large: 520 },
    available: 100,
    optionGroups: [milk],
    picture: {
      emoji: '🍵',
      size: 0.56,
      garnish: [
        { emoji: '🍯', x: 0.78, y: 0.28, size: 0.27, turn: 8, behind: true },
        { emoji: '🫚', x: 0.22, y: 0.76, size: 0.24, turn: -10 },
      ],
    },
  },
  {
    slug: 'hot-chocolate',
    name: 'Hot chocolate',
    description: 'Melted 60 % chocolate in hot milk, thick enough to hold the whipped cream on top.',
    allergens: ['milk', 'soybeans'],
    prices: { Regular: 440, Large: 520 },
    available: 100,
    optionGroups: [milk],
    picture: {
      emoji: '☕',
      size: 0.54,
      turn: 4,
      garnish: [
        { emoji: '🍫', x: 0.76, y: 0.31, size: 0.34, turn: 18, behind: true },
        { emoji: '🍫', x: 0.22, y: 0.77, size: 0.2, turn: -35 },
      ],
    },
  },
  {
    slug: 'fresh-mint-tea',
    name: 'Fresh mint tea',
    description: 'A handful of mint, a slice of lemon, hot water. Honey comes in a little pot.',
    prices: 390,
    available: 80,
    picture: {
      emoji: '🫖',
      size: 0.58,
      garnish: [
        { emoji: '🌿', x: 0.23, y: 0.27, size: 0.3, turn: -20, behind: true },
        { emoji: '🍋', x: 0.8, y: 0.77, size: 0.22, turn: 15 },
      ],
    },
  },
]);
