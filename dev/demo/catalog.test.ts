import { existsSync, readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createProductSchema } from '../../domain/contract/catalog.ts';
import { CATALOG } from './catalog.ts';
import { makePicture } from './make-pictures.ts';

const pictureOf = (slug: string) => new URL(`pictures/${slug}.webp`, import.meta.url);

describe('the demo catalog', () => {
  it('has about forty products that the catalog would take from an agent', () => {
    expect(CATALOG.length).toBeGreaterThanOrEqual(40);
    for (const { slug, picture: _, ...product } of CATALOG) {
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(createProductSchema.parse(product)).toEqual(product);
    }
  });

  it('names every product, and within one every size, group and option, once', () => {
    const lists = [
      CATALOG.map((product) => product.slug),
      CATALOG.map((product) => product.name),
      ...CATALOG.flatMap((product) => [
        product.variants.map((variant) => variant.name),
        product.optionGroups.map((group) => group.name),
        ...product.optionGroups.map((group) => group.options.map((option) => option.name)),
      ]),
    ];
    for (const list of lists) expect(new Set(list).size).toBe(list.length);
  });

  it('never lets options make a price negative', () => {
    for (const { slug, variants, optionGroups } of CATALOG) {
      const discounts = optionGroups.flatMap((group) =>
        group.options.map((option) => Math.min(0, option.amount)),
      );
      const least = Math.min(...variants.map((variant) => variant.unitAmount));
      expect(least + discounts.reduce((sum, amount) => sum + amount, 0), slug).toBeGreaterThan(0);
    }
  });

  it('ships a picture of its own for every product, square and below 40 kB, and none besides', async () => {
    const contents = new Set<string>();
    for (const { slug } of CATALOG) {
      expect(existsSync(pictureOf(slug)), slug).toBe(true);
      const content = readFileSync(pictureOf(slug));
      contents.add(content.toString('base64'));
      expect(content.length, slug).toBeLessThan(40_000);
      expect(await sharp(content).metadata()).toMatchObject({ format: 'webp', width: 800, height: 800 });
    }
    expect(contents.size).toBe(CATALOG.length);
    const shipped = readdirSync(new URL('pictures/', import.meta.url)).filter((name) =>
      name.endsWith('.webp'),
    );
    expect(shipped).toHaveLength(CATALOG.length);
  });

  it('makes the same picture each time', async () => {
    const [product] = CATALOG;
    expect(await makePicture(product!)).toEqual(await makePicture(product!));
  });
});
