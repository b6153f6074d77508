/** Separates the modules of the page that guests open first from those that only other pages share. */

interface Bundle {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** The menu with its layouts, and the page for errors, which SvelteKit loads before any other. */
const FIRST = [
  'src/routes/+layout.svelte',
  'src/routes/+error.svelte',
  'src/routes/(customer)/+layout.svelte',
  'src/routes/(customer)/+page.svelte',
];

/** Returns a function that returns `name` for modules that the menu needs before its first paint, else null. */
export function nameFirstLoad(
  name: string,
  webFolder: string,
): (id: string, bundle: Bundle) => string | null {
  let known: ReadonlySet<string> | undefined;
  return (id, bundle) => {
    known ??= findFirstLoad(webFolder, bundle);
    return known.has(id) ? name : null;
  };
}

function findFirstLoad(webFolder: string, bundle: Bundle): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const imported of bundle.getModuleInfo(id)?.importedIds ?? []) visit(imported);
  };
  for (const file of FIRST) {
    if (!bundle.getModuleInfo(`${webFolder}/${file}`)) throw new Error(`${file} is no module of the build.`);
    visit(`${webFolder}/${file}`);
  }
  return found;
}
