import { randomBytes, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { productSchema, type Product } from '../../domain/contract/catalog.ts';
import { pageOf } from '../../domain/contract/fields.ts';
import { PICTURE_WIDTHS, pictureSrcset } from '../../domain/picture-widths.ts';
import { addProduct } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
let agent: Visitor;
let anyone: Visitor;
beforeAll(async () => {
  system = await startTestSystem({ worker: false });
  agent = new Visitor(system.url);
  anyone = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');
});
afterAll(() => system?.stop());

const scone = {
  name: 'Scone',
  category: 'Cakes',
  taxRate: 700,
  variants: [{ name: 'Regular', unitAmount: 300, available: 5 }],
  optionGroups: [{ name: 'With', minimum: 0, maximum: 1, options: [{ name: 'Jam', amount: 50 }] }],
};

test('lists the menu page by page, and finds by category and words', async () => {
  const names = ['Alpha', 'Beta', 'Gamma_50%', 'Delta', 'Epsilon'];
  for (const name of names) await addProduct(system.databases, { name, category: 'Greek' });
  await addProduct(system.databases, { name: 'Hidden', category: 'Greek', active: false });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const reply = await anyone.get(`/api/products?category=Greek&limit=2${cursor && `&cursor=${cursor}`}`);
    const page = pageOf(productSchema).parse(reply.body);
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(names);
  const found = async (query: string) =>
    (await anyone.get(`/api/products?${query}`)).body.items.map(({ name }: Product) => name);
  expect(await found('q=gamma')).toEqual(['Gamma_50%']);
  expect(await found('q=%25')).toEqual(['Gamma_50%']);
  expect(await found('q=hidden')).toEqual([]);
  expect((await agent.get('/api/products?q=hidden&all=true')).body.items).toHaveLength(1);
});

test('adds a product, changes it, and lets nobody overwrite what she has not seen', async () => {
  const key = randomUUID();
  const whole = { ...scone, calories: 320 };
  const created = await agent.post('/api/products', whole, { key });
  expect(created.status).toBe(201);
  const product = productSchema.parse(created.body.product);
  expect((await agent.post('/api/products', whole, { key })).body.product.id).toBe(product.id);
  const other = await agent.post('/api/products', { ...whole, name: 'Another' }, { key });
  expect(other.body.error.code).toBe('idempotency_conflict');

  const path = `/api/products/${product.id}`;
  const changed = await agent.call('PATCH', path, {
    body: {
      variants: [{ id: product.variants[0]!.id, name: 'Large', unitAmount: 450 }],
      ifVersion: product.version,
    },
  });
  expect(changed.body.product).toMatchObject({
    name: 'Scone',
    calories: 320,
    version: product.version + 1,
    variants: [{ id: product.variants[0]!.id, name: 'Large', unitAmount: 450, available: 5 }],
  });
  const told = await agent.call('PATCH', path, { body: { calories: null } });
  expect(told.body.product).toMatchObject({ name: 'Scone', calories: null });
  const stale = await agent.call('PATCH', path, { body: { name: 'Bun', ifVersion: product.version } });
  expect([stale.status, stale.body.error.code]).toEqual([409, 'version_conflict']);
  const foreign = await agent.call('PATCH', path, {
    body: { variants: [{ id: randomUUID(), name: 'Regular', unitAmount: 1 }] },
  });
  expect(foreign.body.error.code).toBe('invalid_request');
  expect((await agent.call('PATCH', `/api/products/${randomUUID()}`, { body: { name: 'Bun' } })).status).toBe(
    404,
  );
});

test('two dozen agents who change one product at once each get it done, or hear that it has changed', async () => {
  const key = randomUUID();
  const made = await Promise.all(
    Array.from({ length: 6 }, () => agent.post('/api/products', scone, { key })),
  );
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
  const product = productSchema.parse(made[0]!.body.product);
  const path = `/api/products/${product.id}`;
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const replies = await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      index % 6 === 5
        ? agent.call('PUT', `${path}/image`, { raw: new Uint8Array(picture), contentType: 'image/png' })
        : agent.call('PATCH', path, { body: { description: `Change ${index}` } }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  const { version } = (await agent.get(path)).body.product;
  const rivals = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      agent.call('PATCH', path, { body: { name: `Bun ${index}`, ifVersion: version } }),
    ),
  );
  expect(rivals.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(rivals.filter(({ body }) => body.error?.code === 'version_conflict')).toHaveLength(11);
});

test('makes the ids of new things itself', async () => {
  const id = randomUUID();
  const reply = await agent.post('/api/products', {
    ...scone,
    variants: [{ ...scone.variants[0], id }],
    optionGroups: [{ ...scone.optionGroups[0], id, options: [{ name: 'Jam', amount: 50, id }] }],
  });
  expect(reply.status).toBe(400);
  expect(reply.body.error.details.map((issue: { path: unknown[] }) => issue.path.join('.'))).toEqual([
    'variants.0.id',
    'optionGroups.0.id',
    'optionGroups.0.options.0.id',
  ]);
  const tooMany = { ...scone, optionGroups: [{ ...scone.optionGroups[0], maximum: 2 }] };
  expect((await agent.post('/api/products', tooMany)).status).toBe(400);
});

test('counts stock', async () => {
  const { variants } = await addProduct(system.databases);
  const path = `/api/variants/${variants[0]!.id}/stock`;
  const reply = await agent.call('PUT', path, { body: { available: 3 } });
  expect(reply.body.product.variants[0].available).toBe(3);
  expect(
    (await agent.call('PUT', `/api/variants/${randomUUID()}/stock`, { body: { available: 3 } })).status,
  ).toBe(404);
});

test('keeps pictures small, upright, without what the camera wrote, and serves them for ever', async () => {
  const { id } = await addProduct(system.databases);
  const photo = await sharp({ create: { width: 1600, height: 900, channels: 3, background: '#c63' } })
    .withExif({ IFD0: { Artist: 'Somebody' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const reply = await agent.call('PUT', `/api/products/${id}/image`, {
    raw: new Uint8Array(photo),
    contentType: 'image/jpeg',
  });
  expect(reply.status).toBe(200);
  const { imageUrl } = reply.body.product;
  expect(imageUrl).toMatch(/^\/api\/images\/[0-9a-f]{64}\.webp$/);
  const image = await fetch(system.url + imageUrl);
  expect(image.headers.get('content-type')).toBe('image/webp');
  expect(image.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  const bytes = Buffer.from(await image.arrayBuffer());
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 450, height: 800 });
  expect(bytes.includes('Somebody')).toBe(false);
  const again = await fetch(system.url + imageUrl, {
    headers: { 'if-none-match': image.headers.get('etag')!, 'cache-control': 'max-age=0' },
  });
  expect(again.status).toBe(304);
});

test('gives a picture in each width that pages name, and in no other', async () => {
  const { id } = await addProduct(system.databases);
  const photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#36c' } })
    .png()
    .toBuffer();
  const reply = await agent.call('PUT', `/api/products/${id}/image`, {
    raw: new Uint8Array(photo),
    contentType: 'image/png',
  });
  const { imageUrl } = reply.body.product;
  const named = pictureSrcset(imageUrl)!
    .split(', ')
    .map((choice) => choice.split(' '));
  expect(named.map(([, width]) => width)).toEqual([...PICTURE_WIDTHS.map((width) => `${width}w`), '800w']);
  for (const [path, width] of named) {
    // Two concurrent requests get the same response.
    const answers = await Promise.all([fetch(system.url + path), fetch(system.url + path)]);
    const [one, other] = await Promise.all(
      answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())),
    );
    expect(one!.equals(other!)).toBe(true);
    expect(`${(await sharp(one).metadata()).width}w`).toBe(width);
    expect(answers[0].headers.get('cache-control')).toContain('immutable');
  }
  const unknown = `/api/images/${'0'.repeat(64)}-320.webp`;
  for (const path of [
    imageUrl.replace('.webp', '-321.webp'),
    imageUrl.replace('.webp', '-0320.webp'),
    unknown,
  ]) {
    expect((await fetch(system.url + path)).status, path).toBe(404);
  }
});

test('refuses what is no picture', async () => {
  const { id, version } = await addProduct(system.databases);
  const put = (raw: string | Uint8Array<ArrayBuffer>, contentType = 'image/png') =>
    agent.call('PUT', `/api/products/${id}/image`, { raw, contentType });
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>';
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#000' } })
    .png()
    .toBuffer();
  const cut = new Uint8Array(png.subarray(0, png.length / 2));
  for (const reply of [
    await put('not a picture'),
    await put(''),
    await put(svg),
    await put(cut),
    await put(new Uint8Array(randomBytes(5000))),
    await put(new Uint8Array(png), 'image/svg+xml'),
    await put(new Uint8Array(png), 'application/json'),
  ]) {
    expect([reply.status, reply.body.error.code]).toEqual([400, 'invalid_request']);
  }
  const large = await put(new Uint8Array(5 * 1024 * 1024 + 1));
  expect([large.status, large.body.error.code]).toEqual([413, 'payload_too_large']);
  expect(large.body.error.message).toBe('This picture is too large: at most 5 MB are taken.');
  // A valid picture that is small as a file and enormous when decoded. The error says so.
  const huge = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer();
  // The header holds the size: after the frame marker come length, precision, height and width.
  const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
  huge.writeUInt16BE(6_500, frame + 5);
  huge.writeUInt16BE(8_000, frame + 7);
  const refused = await put(new Uint8Array(huge), 'image/jpeg');
  expect(refused.body.error).toMatchObject({
    code: 'invalid_request',
    message: expect.stringMatching(
      /^This picture is too large: 8000 × 6500 are 52 megapixels, and at most 50 are taken\./,
    ),
  });
  expect((await anyone.get(`/api/products/${id}`)).body.product).toMatchObject({ imageUrl: null, version });
  expect(
    (
      await agent.call('PUT', `/api/products/${randomUUID()}/image`, {
        raw: new Uint8Array(png),
        contentType: 'image/png',
      })
    ).status,
  ).toBe(404);
});

test('keeps who of the staff changed what: price, stock, picture and the rest', async () => {
  const created = await agent.post('/api/products', {
    ...{ name: 'Named cake', category: 'Cakes', taxRate: 700 },
    variants: [{ name: 'Slice', unitAmount: 400, available: 3 }],
  });
  const { id, variants } = created.body.product;
  const [slice] = variants;
  await agent.call('PUT', `/api/variants/${slice.id}/stock`, { body: { available: 9 } });
  await agent.call('PATCH', `/api/products/${id}`, {
    body: {
      name: 'Renamed cake',
      category: 'Cakes',
      variants: [{ ...slice, unitAmount: 450, available: undefined, currency: undefined }],
    },
  });
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  await agent.call('PUT', `/api/products/${id}/image`, {
    raw: new Uint8Array(picture),
    contentType: 'image/png',
  });
  const { items } = (await agent.get(`/api/products/${id}/changes`)).body;
  expect(items).toMatchObject([
    { type: 'pictured', by: 'A agent' },
    { type: 'priced', by: 'A agent', variantId: slice.id, variant: 'Slice', from: 400, to: 450 },
    { type: 'changed', by: 'A agent', parts: ['name'] },
    { type: 'counted', by: 'A agent', variantId: slice.id, from: 3, to: 9 },
    { type: 'created', by: 'A agent' },
  ]);
});
