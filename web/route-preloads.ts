import type { Plugin } from 'vite';

/** The build's list of files per page; the API sends them as preloads. */
export const PRELOADS_FILE = '_app/route-preloads.json';

/**
 * Writes the scripts, styles and fonts of each page to a file, so that a browser learns of all of them with the
 * document instead of one after the other.
 */
export function routePreloads(): Plugin {
  return {
    name: 'sharetab:route-preloads',
    applyToEnvironment: ({ config }) => config.consumer === 'client',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
      const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const filesOf = (file: string, known = new Set<string>()): Set<string> => {
        const chunk = byFile.get(file);
        if (!chunk || known.has(file)) return known;
        known.add(file);
        for (const style of chunk.viteMetadata?.importedCss ?? []) known.add(style);
        for (const imported of chunk.imports) filesOf(imported, known);
        return known;
      };
      const filesWith = (module: RegExp): string[] =>
        chunks
          .filter((chunk) => chunk.moduleIds.some((id) => module.test(id)))
          .flatMap(({ fileName }) => [...filesOf(fileName)]);
      const fonts = Object.keys(bundle).filter((file) =>
        /(figtree|bricolage-grotesque)-core.*\.woff2$/.test(file),
      );
      const pages = chunks.flatMap(({ moduleIds }) =>
        moduleIds.flatMap((id) => /src\/routes\/((?:.*\/)?)\+page\.svelte$/.exec(id)?.[1] ?? []),
      );
      const preloads = Object.fromEntries(
        [...new Set(pages)].map((folder) => {
          const parents = folder
            .split('/')
            .slice(0, -1)
            .map((_, index, all) => all.slice(0, index + 1).join('/'));
          const layouts = parents.map(
            (parent) => new RegExp(`src/routes/${escape(parent)}/\\+layout\\.svelte$`),
          );
          // SvelteKit loads the error page before any other.
          const error = /src\/routes\/\+error\.svelte$/;
          const page = new RegExp(`src/routes/${escape(folder)}\\+page\\.svelte$`);
          const path = `/${folder.replace(/\([^)]*\)\//g, '').replace(/\/$/, '')}`;
          return [path, [...new Set([...[page, ...layouts, error].flatMap(filesWith), ...fonts])]];
        }),
      );
      this.emitFile({ type: 'asset', fileName: PRELOADS_FILE, source: JSON.stringify(preloads) });
    },
  };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
