import { menuOf, TAX } from '../demo-product.ts';
import { sauces } from './choices.ts';

export const sharingPlates = menuOf('Sharing plates', TAX.food, [
  {
    slug: 'fries',
    name: 'Fries for the lane',
    description: 'Twice-fried, sea-salted, in a bowl that fits on the ball return. Two dips included.',
    allergens: ['celery'],
    prices: { Bowl: 550, Bucket: 890 },
    available: 80,
    optionGroups: [sauces],
    picture: {
      emoji: '🍟',
      size: 0.62,
      turn: 5,
      garnish: [{ emoji: '🥔', x: 0.21, y: 0.77, size: 0.21, turn: -14 }],
    },
  },
  {
    slug: 'hot-wings',
    name: 'Hot wings',
    description: 'Chicken wings glazed with chili, lime and butter, celery sticks and blue cheese dip.',
    allergens: ['milk', 'celery', 'soybeans'],
    prices: { '8 pieces': 990, '16 pieces': 1790 },
    available: 40,
    optionGroups: [sauces],
    picture: {
      emoji: '🍗',
      size: 0.54,
      garnish: [
        { emoji: '🍗', x: 0.72, y: 0.34, size: 0.36, turn: 70, behind: true },
        { emoji: '🌶️', x: 0.78, y: 0.78, size: 0.2, turn: 12 },
      ],
    },
  },
  {
    slug: 'pretzel-and-obatzda',
    name: 'Pretzel & Obatzda',
    description: 'A warm pretzel as big as your face and Bavarian cheese dip with paprika and onion.',
    allergens: ['gluten', 'milk'],
    prices: 790,
    available: 20,
    picture: { emoji: '🥨', size: 0.62, garnish: [{ emoji: '🧀', x: 0.8, y: 0.77, size: 0.23, turn: 8 }] },
  },
  {
    slug: 'mezze-board',
    name: 'Mezze board',
    description: 'Hummus, baba ganoush, falafel, olives, feta and warm flatbread: enough for three or four.',
    allergens: ['gluten', 'milk', 'sesame'],
    prices: 1890,
    available: 20,
    picture: {
      emoji: '🧆',
      size: 0.54,
      garnish: [
        { emoji: '🫓', x: 0.76, y: 0.31, size: 0.34, turn: 12, behind: true },
        { emoji: '🫒', x: 0.2, y: 0.77, size: 0.22, turn: -12 },
        { emoji: '🥒', x: 0.8, y: 0.78, size: 0.19, turn: 20 },
      ],
    },
  },
  {
    slug: 'loaded-nachos',
    name: 'Loaded nachos',
    description: 'Corn chips under melted cheddar, black beans, jalapeños, sour cream and guacamole.',
    allergens: ['milk'],
    prices: 1290,
    available: 30,
    optionGroups: [sauces],
    picture: {
      emoji: '🌽',
      size: 0.5,
      turn: -6,
      garnish: [
        { emoji: '🧀', x: 0.74, y: 0.33, size: 0.32, turn: 10, behind: true },
        { emoji: '🥑', x: 0.8, y: 0.76, size: 0.23, turn: 10 },
        { emoji: '🌶️', x: 0.2, y: 0.77, size: 0.2, turn: -20 },
      ],
    },
  },
]);
