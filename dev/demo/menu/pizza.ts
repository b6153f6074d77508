import { menuOf, TAX } from '../demo-product.ts';
import { crust, pizzaToppings } from './choices.ts';

const choices = [crust, pizzaToppings];
const allergens = ['gluten', 'milk'] as const;

export const pizza = menuOf('Pizza', TAX.food, [
  {
    slug: 'pizza-margherita',
    name: 'Margherita',
    description: 'San Marzano tomatoes, fior di latte, basil, olive oil. The dough has rested for two days.',
    allergens: [...allergens],
    prices: { '26 cm': 990, '33 cm': 1290 },
    available: 50,
    optionGroups: choices,
    picture: {
      emoji: '🍕',
      size: 0.6,
      garnish: [
        { emoji: '🌿', x: 0.79, y: 0.28, size: 0.25, turn: 14, behind: true },
        { emoji: '🍅', x: 0.22, y: 0.77, size: 0.21 },
      ],
    },
  },
  {
    slug: 'pizza-diavola',
    name: 'Diavola',
    description: 'Spicy salami, chili oil and a little honey over tomato and mozzarella.',
    allergens: [...allergens],
    prices: { '26 cm': 1190, '33 cm': 1490 },
    available: 40,
    optionGroups: choices,
    picture: {
      emoji: '🍕',
      size: 0.58,
      turn: 14,
      garnish: [
        { emoji: '🌶️', x: 0.22, y: 0.28, size: 0.28, turn: -18, behind: true },
        { emoji: '🌶️', x: 0.81, y: 0.77, size: 0.18, turn: 30 },
      ],
    },
  },
  {
    slug: 'pizza-funghi',
    name: 'Funghi',
    description: 'Brown mushrooms roasted with thyme and garlic, crème fraîche, mozzarella, parsley.',
    allergens: [...allergens],
    prices: { '26 cm': 1150, '33 cm': 1450 },
    available: 40,
    optionGroups: choices,
    picture: {
      emoji: '🍕',
      size: 0.58,
      turn: -14,
      garnish: [
        { emoji: '🍄', hue: 38, x: 0.78, y: 0.3, size: 0.29, turn: 10, behind: true },
        { emoji: '🧄', x: 0.22, y: 0.78, size: 0.2, turn: -8 },
      ],
    },
  },
  {
    slug: 'pizza-quattro-formaggi',
    name: 'Quattro formaggi',
    description: 'Mozzarella, Gorgonzola, Taleggio and Parmesan, with pear and walnuts to balance.',
    allergens: [...allergens, 'nuts'],
    prices: { '26 cm': 1250, '33 cm': 1550 },
    available: 30,
    optionGroups: choices,
    picture: {
      emoji: '🍕',
      size: 0.56,
      turn: 4,
      garnish: [
        { emoji: '🧀', x: 0.24, y: 0.29, size: 0.33, turn: -10, behind: true },
        { emoji: '🍐', x: 0.8, y: 0.76, size: 0.22, turn: 12 },
      ],
    },
  },
]);
