import type { CreateProduct } from '../../../domain/contract/catalog.ts';

type Choice = CreateProduct['optionGroups'][number];

function choice(name: string, minimum: number, maximum: number, options: Record<string, number>): Choice {
  return {
    name,
    minimum,
    maximum,
    options: Object.entries(options).map(([of, amount]) => ({ name: of, amount })),
  };
}

export const milk = choice('Milk', 1, 1, {
  'Whole milk': 0,
  'Oat milk': 50,
  'Soy milk': 40,
  'Lactose-free milk': 0,
});

export const coffeeExtras = choice('Extras', 0, 3, {
  'Extra shot': 90,
  'Vanilla syrup': 60,
  'Caramel syrup': 60,
  Decaf: 0,
});

export const doneness = choice('How would you like it?', 1, 1, { Medium: 0, 'Well done': 0 });

export const side = choice('Side', 1, 1, {
  Fries: 0,
  'Sweet potato fries': 150,
  'Little green salad': 100,
  'No side': -200,
});

export const burgerExtras = choice('Make it yours', 0, 4, {
  Bacon: 190,
  Cheddar: 120,
  Jalapeños: 90,
  'Fried egg': 150,
});

export const sauces = choice('Dips', 0, 3, {
  Ketchup: 0,
  Mayonnaise: 0,
  'Smoky barbecue': 60,
  'Truffle mayonnaise': 120,
});

export const pizzaToppings = choice('Toppings', 0, 5, {
  'Extra mozzarella': 180,
  Mushrooms: 130,
  Olives: 120,
  'Spicy salami': 220,
  Rocket: 120,
  'Parma ham': 280,
});

export const crust = choice('Base', 1, 1, { 'Classic base': 0, 'Gluten-free base': 250 });

export const ice = choice('Ice', 1, 1, { 'With ice': 0, 'No ice': 0 });
