import { menuOf, TAX } from '../demo-product.ts';

export const sweets = menuOf('Sweets', TAX.food, [
  {
    slug: 'strawberry-cheesecake',
    name: 'Strawberry cheesecake',
    description:
      'Baked slowly, chilled overnight, on a crumbly butter base. Twelve slices a day, then it is gone.',
    allergens: ['gluten', 'milk', 'eggs'],
    prices: 520,
    available: 12,
    picture: {
      emoji: '🍰',
      size: 0.6,
      garnish: [{ emoji: '🍓', x: 0.79, y: 0.77, size: 0.21, turn: 12 }],
    },
  },
  {
    slug: 'warm-cookie',
    name: 'Warm cookie & ice cream',
    description:
      'A chocolate chip cookie from the skillet, soft in the middle, and a scoop of vanilla on top.',
    allergens: ['gluten', 'milk', 'eggs', 'soybeans'],
    prices: 690,
    available: 25,
    picture: {
      emoji: '🍪',
      size: 0.58,
      turn: -8,
      garnish: [{ emoji: '🍨', x: 0.77, y: 0.3, size: 0.34, turn: 6, behind: true }],
    },
  },
  {
    slug: 'belgian-waffle',
    name: 'Belgian waffle',
    description: 'Crisp outside, cloud inside, with hot cherries and whipped cream.',
    allergens: ['gluten', 'milk', 'eggs'],
    prices: 650,
    available: 0,
    picture: {
      emoji: '🧇',
      size: 0.6,
      turn: 4,
      garnish: [{ emoji: '🍒', x: 0.21, y: 0.75, size: 0.25, turn: -8 }],
    },
  },
  {
    slug: 'lane-sundae',
    name: 'Ten-pin sundae',
    description: 'Vanilla, strawberry and chocolate, hot fudge, roasted peanuts. Two spoons, or ten.',
    allergens: ['milk', 'peanuts', 'soybeans'],
    prices: { 'For one': 590, 'For two': 990 },
    available: 30,
    picture: {
      emoji: '🍨',
      size: 0.58,
      garnish: [
        { emoji: '🥜', x: 0.21, y: 0.76, size: 0.21, turn: -14 },
        { emoji: '🍒', x: 0.79, y: 0.29, size: 0.23, turn: 10, behind: true },
      ],
    },
  },
  {
    slug: 'chocolate-donut',
    name: 'Chocolate donut',
    description: 'Fried this morning, dipped in dark chocolate, showered with sprinkles.',
    allergens: ['gluten', 'milk', 'eggs', 'soybeans'],
    prices: 320,
    available: 18,
    picture: {
      emoji: '🍩',
      size: 0.58,
      turn: -10,
      garnish: [{ emoji: '🍫', x: 0.79, y: 0.27, size: 0.26, turn: 16, behind: true }],
    },
  },
]);
