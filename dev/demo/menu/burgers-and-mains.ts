import { menuOf, TAX } from '../demo-product.ts';
import { burgerExtras, doneness, sauces, side } from './choices.ts';

export const burgersAndMains = menuOf('Burgers & mains', TAX.food, [
  {
    slug: 'strike-burger',
    name: 'Strike burger',
    description:
      '180 g of beef, aged cheddar, smoked bacon, pickles and our own sauce in a toasted brioche bun.',
    allergens: ['gluten', 'milk', 'eggs', 'mustard', 'sesame'],
    prices: { Single: 1490, Double: 1890 },
    available: 40,
    optionGroups: [doneness, side, burgerExtras, sauces],
    picture: {
      emoji: '🍔',
      size: 0.62,
      garnish: [{ emoji: '🥓', x: 0.79, y: 0.26, size: 0.26, turn: 18, behind: true }],
    },
  },
  {
    slug: 'garden-burger',
    name: 'Garden burger',
    description:
      'A crisp patty of beans, beetroot and walnut, grilled pepper, rocket and lemon mayonnaise. Vegan.',
    allergens: ['gluten', 'nuts', 'soybeans', 'mustard', 'sesame'],
    prices: 1390,
    available: 30,
    optionGroups: [side, sauces],
    picture: {
      emoji: '🍔',
      size: 0.54,
      turn: -8,
      garnish: [
        { emoji: '🥬', x: 0.77, y: 0.3, size: 0.34, turn: 16, behind: true },
        { emoji: '🍅', x: 0.8, y: 0.77, size: 0.2 },
        { emoji: '🫘', x: 0.2, y: 0.78, size: 0.18, turn: -20 },
      ],
    },
  },
  {
    slug: 'crispy-chicken-burger',
    name: 'Crispy chicken burger',
    description: 'Buttermilk chicken fried to a crackle, hot honey, cabbage slaw and pickled cucumber.',
    allergens: ['gluten', 'milk', 'eggs', 'mustard', 'celery'],
    prices: 1450,
    available: 35,
    optionGroups: [side, burgerExtras, sauces],
    picture: {
      emoji: '🍔',
      size: 0.54,
      turn: 7,
      garnish: [
        { emoji: '🍗', x: 0.24, y: 0.28, size: 0.34, turn: -14, behind: true },
        { emoji: '🌶️', x: 0.8, y: 0.77, size: 0.21, turn: 10 },
      ],
    },
  },
  {
    slug: 'gutter-dog',
    name: 'Gutter dog',
    description:
      'A long pork sausage, caramelized onions, mustard and cucumber relish. It only looks like a gutter ball.',
    allergens: ['gluten', 'mustard', 'celery'],
    prices: 890,
    available: 40,
    optionGroups: [sauces],
    picture: {
      emoji: '🌭',
      size: 0.64,
      turn: -4,
      garnish: [{ emoji: '🧅', x: 0.8, y: 0.77, size: 0.21, turn: 10 }],
    },
  },
  {
    slug: 'mushroom-tacos',
    name: 'Mushroom tacos',
    description: 'Three corn tortillas, king oyster mushrooms in chipotle, pickled onion, avocado and lime.',
    allergens: ['soybeans'],
    prices: 1190,
    available: 25,
    optionGroups: [
      {
        name: 'How hot?',
        minimum: 1,
        maximum: 1,
        options: [
          { name: 'Mild', amount: 0 },
          { name: 'Medium', amount: 0 },
          { name: 'Hot', amount: 0 },
        ],
      },
    ],
    picture: {
      emoji: '🌮',
      size: 0.6,
      garnish: [
        { emoji: '🍄', hue: 38, x: 0.22, y: 0.27, size: 0.24, turn: -14, behind: true },
        { emoji: '🥑', x: 0.8, y: 0.77, size: 0.21, turn: 12 },
      ],
    },
  },
  {
    slug: 'caesar-salad',
    name: 'Caesar salad',
    description:
      'Romaine hearts, sourdough croutons, shaved Parmesan and a dressing with the anchovies left in.',
    allergens: ['gluten', 'milk', 'eggs', 'fish', 'mustard'],
    prices: { Small: 850, Large: 1190 },
    available: 25,
    optionGroups: [
      {
        name: 'With',
        minimum: 0,
        maximum: 2,
        options: [
          { name: 'Grilled chicken', amount: 390 },
          { name: 'Prawns', amount: 490 },
        ],
      },
    ],
    picture: {
      emoji: '🥗',
      size: 0.6,
      garnish: [
        { emoji: '🧀', x: 0.79, y: 0.28, size: 0.23, turn: 12, behind: true },
        { emoji: '🍞', x: 0.21, y: 0.77, size: 0.19, turn: -14 },
      ],
    },
  },
]);
