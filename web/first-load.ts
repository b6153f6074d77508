/** Separates the modules of the pages that guests wait for from those that only other pages share. */

interface Bundle {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** The menu with its layouts, and the page for errors, which SvelteKit loads before any other. */
export const MENU = [
  'src/routes/+layout.svelte',
  'src/routes/+error.svelte',
  'src/routes/(customer)/+layout.svelte',
  'src/routes/(customer)/+page.svelte',
];
export const CHECKOUT = ['src/routes/(customer)/checkout/+page.svelte'];
export const ORDER = ['src/routes/(customer)/orders/[id]/+page.svelte'];

/** Returns a function that returns `name` for modules that each of the pages needs before its first paint, else null. */
export function nameFirstLoad(
  name: string,
  webFolder: string,
  ...pages: readonly (readonly string[])[]
): (id: string, bundle: Bundle) => string | null {
  let known: readonly ReadonlySet<string>[] | undefined;
  return (id, bundle) => {
    known ??= pages.map((files) => findFirstLoad(webFolder, files, bundle));
    return known.every((modules) => modules.has(id)) ? name : null;
  };
}

function findFirstLoad(webFolder: string, files: readonly string[], bundle: Bundle): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const imported of bundle.getModuleInfo(id)?.importedIds ?? []) visit(imported);
  };
  for (const file of files) {
    if (!bundle.getModuleInfo(`${webFolder}/${file}`)) throw new Error(`${file} is no module of the build.`);
    visit(`${webFolder}/${file}`);
  }
  return found;
}
