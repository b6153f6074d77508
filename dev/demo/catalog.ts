import type { DemoProduct } from './demo-product.ts';
import { bowling } from './menu/bowling.ts';
import { breakfast } from './menu/breakfast.ts';
import { burgersAndMains } from './menu/burgers-and-mains.ts';
import { coffeeAndTea } from './menu/coffee-and-tea.ts';
import { beerAndWine, cocktails, softDrinks } from './menu/drinks.ts';
import { pizza } from './menu/pizza.ts';
import { sharingPlates } from './menu/sharing-plates.ts';
import { sweets } from './menu/sweets.ts';

/** The demo catalog, a café and bowling bar, in the order of its menu. */
export const CATALOG: readonly DemoProduct[] = [
  ...coffeeAndTea,
  ...breakfast,
  ...burgersAndMains,
  ...pizza,
  ...sharingPlates,
  ...sweets,
  ...softDrinks,
  ...beerAndWine,
  ...cocktails,
  ...bowling,
];
