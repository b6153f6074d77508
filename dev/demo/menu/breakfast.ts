import { menuOf, TAX } from '../demo-product.ts';

export const breakfast = menuOf('Breakfast', TAX.food, [
  {
    slug: 'butter-croissant',
    name: 'Butter croissant',
    description: 'Seventy-two layers, baked at six this morning. Salted butter and apricot jam on the side.',
    allergens: ['gluten', 'milk', 'eggs'],
    prices: 290,
    available: 24,
    picture: {
      emoji: '🥐',
      size: 0.62,
      turn: -6,
      garnish: [{ emoji: '🧈', x: 0.79, y: 0.76, size: 0.24, turn: 8 }],
    },
  },
  {
    slug: 'avocado-toast',
    name: 'Avocado toast',
    description:
      'Crushed avocado with lime and chili on sourdough, roasted cherry tomatoes, a soft egg if you like.',
    allergens: ['gluten'],
    prices: 990,
    available: 30,
    optionGroups: [
      {
        name: 'On top',
        minimum: 0,
        maximum: 3,
        options: [
          { name: 'Poached egg', amount: 180 },
          { name: 'Feta', amount: 150 },
          { name: 'Smoked salmon', amount: 390 },
        ],
      },
    ],
    picture: {
      emoji: '🥑',
      size: 0.52,
      turn: -8,
      garnish: [
        { emoji: '🍞', x: 0.73, y: 0.33, size: 0.4, turn: 12, behind: true },
        { emoji: '🍅', x: 0.79, y: 0.77, size: 0.2 },
      ],
    },
  },
  {
    slug: 'blueberry-pancakes',
    name: 'Blueberry pancakes',
    description: 'A stack of fluffy buttermilk pancakes, blueberries inside and on top, real maple syrup.',
    allergens: ['gluten', 'milk', 'eggs'],
    prices: { 'Three of them': 890, 'Five of them': 1190 },
    available: 25,
    picture: {
      emoji: '🥞',
      size: 0.6,
      garnish: [
        { emoji: '🫐', x: 0.22, y: 0.74, size: 0.24, turn: -12 },
        { emoji: '🫐', x: 0.8, y: 0.3, size: 0.17, turn: 30, behind: true },
      ],
    },
  },
  {
    slug: 'full-breakfast',
    name: 'The full strike',
    description:
      'Two fried eggs, crisp bacon, beans, grilled tomato, mushrooms and toast. Knocks everything over.',
    allergens: ['gluten', 'eggs', 'milk'],
    prices: 1390,
    available: 20,
    optionGroups: [
      {
        name: 'Eggs',
        minimum: 1,
        maximum: 1,
        options: [
          { name: 'Sunny side up', amount: 0 },
          { name: 'Over easy', amount: 0 },
          { name: 'Scrambled', amount: 0 },
        ],
      },
      {
        name: 'With it',
        minimum: 0,
        maximum: 1,
        options: [{ name: 'A mug of filter coffee', amount: 250 }],
      },
    ],
    picture: {
      emoji: '🍳',
      size: 0.62,
      turn: -5,
      garnish: [
        { emoji: '🥓', x: 0.77, y: 0.26, size: 0.3, turn: 14, behind: true },
        { emoji: '🍅', x: 0.21, y: 0.77, size: 0.18 },
      ],
    },
  },
  {
    slug: 'granola-bowl',
    name: 'Granola bowl',
    description: 'Thick yogurt, oven-warm oat and almond granola, banana, berries and a spoonful of honey.',
    allergens: ['milk', 'nuts', 'gluten'],
    prices: 790,
    available: 30,
    picture: {
      emoji: '🥣',
      size: 0.56,
      garnish: [
        { emoji: '🍌', x: 0.24, y: 0.27, size: 0.27, turn: -16, behind: true },
        { emoji: '🍓', x: 0.39, y: 0.42, size: 0.18, turn: -16 },
        { emoji: '🫐', x: 0.51, y: 0.45, size: 0.16 },
        { emoji: '🍯', x: 0.8, y: 0.77, size: 0.21, turn: 8 },
      ],
    },
  },
]);
