import { menuOf, TAX } from '../demo-product.ts';
import { ice } from './choices.ts';

export const softDrinks = menuOf('Soft drinks', TAX.drinks, [
  {
    slug: 'homemade-lemonade',
    name: 'Homemade lemonade',
    description: 'Lemons squeezed by hand, cane sugar, a sprig of mint, sparkling water.',
    prices: { '0.3 l': 420, '0.5 l': 560 },
    available: 120,
    optionGroups: [ice],
    picture: {
      emoji: '🍋',
      size: 0.5,
      turn: -8,
      garnish: [
        { emoji: '🥤', x: 0.73, y: 0.36, size: 0.42, turn: 8, behind: true },
        { emoji: '🌿', x: 0.22, y: 0.77, size: 0.22, turn: -20 },
      ],
    },
  },
  {
    slug: 'cola',
    name: 'Craft cola',
    description: 'Kola nut, orange peel and vanilla from a small bottler. Less sweet, more spice.',
    prices: { '0.3 l': 380, '0.5 l': 520 },
    available: 200,
    optionGroups: [ice],
    picture: {
      emoji: '🥤',
      size: 0.62,
      turn: 6,
      garnish: [
        { emoji: '🧊', x: 0.22, y: 0.77, size: 0.21, turn: -10 },
        { emoji: '🧊', x: 0.8, y: 0.8, size: 0.15, turn: 24 },
      ],
    },
  },
  {
    slug: 'cloudy-apple-juice',
    name: 'Cloudy apple juice',
    description:
      'Old orchard varieties, pressed in October, nothing added. With sparkling water if you like.',
    prices: { '0.3 l': 380, '0.5 l': 520 },
    available: 90,
    optionGroups: [
      {
        name: 'How?',
        minimum: 1,
        maximum: 1,
        options: [
          { name: 'Pure', amount: 0 },
          { name: 'With sparkling water', amount: 0 },
        ],
      },
    ],
    picture: {
      emoji: '🧃',
      turn: 5,
      garnish: [
        { emoji: '🍎', x: 0.23, y: 0.75, size: 0.25, turn: -10 },
        { emoji: '🍏', x: 0.79, y: 0.77, size: 0.2, turn: 12 },
      ],
    },
  },
  {
    slug: 'mineral-water',
    name: 'Mineral water',
    description: 'From a spring in the Vulkaneifel, in a glass bottle.',
    prices: { '0.25 l': 290, '0.75 l': 590 },
    available: 250,
    optionGroups: [
      {
        name: 'Bubbles',
        minimum: 1,
        maximum: 1,
        options: [
          { name: 'Still', amount: 0 },
          { name: 'Sparkling', amount: 0 },
        ],
      },
    ],
    picture: {
      emoji: '💧',
      size: 0.5,
      garnish: [
        { emoji: '🧊', x: 0.78, y: 0.74, size: 0.26, turn: 14 },
        { emoji: '🫧', x: 0.76, y: 0.3, size: 0.26, behind: true },
      ],
    },
  },
]);

export const beerAndWine = menuOf('Beer & wine', TAX.drinks, [
  {
    slug: 'lager',
    name: 'House lager',
    description: 'Unfiltered, soft and a little bready, brewed for us eight kilometers away.',
    allergens: ['gluten'],
    prices: { '0.3 l': 390, '0.5 l': 540 },
    available: 200,
    picture: {
      emoji: '🍺',
      size: 0.62,
      garnish: [{ emoji: '🌾', x: 0.8, y: 0.3, size: 0.26, turn: 14, behind: true }],
    },
  },
  {
    slug: 'alcohol-free-wheat-beer',
    name: 'Wheat beer, alcohol-free',
    description: 'Banana, clove and a cloud of foam, without the alcohol.',
    allergens: ['gluten'],
    prices: { '0.5 l': 520 },
    available: 96,
    picture: {
      emoji: '🍻',
      size: 0.6,
      garnish: [{ emoji: '🍌', x: 0.8, y: 0.78, size: 0.2, turn: 10 }],
    },
  },
  {
    slug: 'primitivo',
    name: 'Primitivo, Puglia',
    description: 'Ripe plum, cocoa and a warm finish. Red, organic.',
    allergens: ['sulphites'],
    prices: { 'Glass, 0.2 l': 680, 'Bottle, 0.75 l': 2390 },
    available: 48,
    picture: { emoji: '🍷', size: 0.62, garnish: [{ emoji: '🍇', x: 0.23, y: 0.72, size: 0.28, turn: -8 }] },
  },
  {
    slug: 'prosecco',
    name: 'Prosecco',
    description: 'Fine bubbles, green apple and pear. For spares, strikes and birthdays.',
    allergens: ['sulphites'],
    prices: { 'Glass, 0.1 l': 490, 'Bottle, 0.75 l': 2690 },
    available: 60,
    picture: {
      emoji: '🥂',
      size: 0.56,
      garnish: [{ emoji: '🍾', x: 0.76, y: 0.31, size: 0.34, turn: 14, behind: true }],
    },
  },
]);

export const cocktails = menuOf('Cocktails', TAX.drinks, [
  {
    slug: 'sunset-spritz',
    name: 'Sunset spritz',
    description: 'Bitter orange, prosecco, soda, a green olive. Tastes like six o’clock.',
    allergens: ['sulphites'],
    prices: 890,
    available: 80,
    optionGroups: [ice],
    picture: {
      emoji: '🍹',
      size: 0.6,
      turn: -4,
      garnish: [
        { emoji: '🍊', x: 0.79, y: 0.77, size: 0.23, turn: 8 },
        { emoji: '🫒', x: 0.22, y: 0.78, size: 0.17, turn: -10 },
      ],
    },
  },
  {
    slug: 'basil-smash',
    name: 'Basil smash',
    description: 'Gin, lemon and a fistful of basil, shaken hard and strained twice.',
    prices: 1090,
    available: 60,
    picture: {
      emoji: '🍸',
      size: 0.6,
      garnish: [
        { emoji: '🌿', x: 0.23, y: 0.74, size: 0.26, turn: -25 },
        { emoji: '🍋', x: 0.8, y: 0.77, size: 0.21, turn: 10 },
      ],
    },
  },
  {
    slug: 'virgin-sunrise',
    name: 'Virgin sunrise',
    description: 'Orange and pineapple over grenadine, coconut foam on top. No alcohol, all holiday.',
    prices: 790,
    available: 60,
    optionGroups: [ice],
    picture: {
      emoji: '🍹',
      size: 0.52,
      turn: 6,
      garnish: [
        { emoji: '🍍', x: 0.25, y: 0.34, size: 0.36, turn: -14, behind: true },
        { emoji: '🥥', x: 0.79, y: 0.76, size: 0.24, turn: 8 },
      ],
    },
  },
]);
