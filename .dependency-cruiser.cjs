/**
 * The layers of the product, a sentence for each rule: main → {api, workers, web, dev} → {workflows, db} → domain.
 * Tests (beside the sources, in test/) and benchmarks may import anything.
 */

const TESTS = '(^(test|bench)/|[.]test[.]ts$)';
const ours = (...folders) => `^(${folders.join('|')})/`;

const rule = (name, sentence, from, to) => ({
  name,
  comment: sentence,
  severity: 'error',
  from: { pathNot: TESTS, ...from },
  to,
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'no-cycles',
      'No file may be needed, through others, by what it needs itself.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule(
      'domain-is-pure',
      'domain/ holds the rules everybody shares, so it imports nothing of ours but itself, and no I/O.',
      { path: ours('domain') },
      {
        path: `${ours('db', 'workflows', 'workers', 'api', 'web', 'dev', 'bench')}|^[^/]+[.]ts$|^node:|^(fs|net|http|crypto)$`,
      },
    ),
    rule(
      'db-needs-domain-only',
      'db/ reads and writes rows: it imports domain/, and nothing above or beside it.',
      { path: ours('db') },
      { path: `${ours('workflows', 'workers', 'api', 'web', 'dev')}|^(main|config)[.]ts$` },
    ),
    rule(
      'workflows-are-deterministic',
      'workflows/ run in a sandbox: of ours they import domain/ alone, and of workers/ only types.',
      { path: ours('workflows') },
      { path: `${ours('db', 'api', 'web', 'dev')}|^(main|config)[.]ts$` },
    ),
    rule(
      'workflows-see-activities-as-types',
      'workflows/ call activities through proxies, so they take only their types from workers/.',
      { path: ours('workflows') },
      { path: ours('workers'), dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'workflows-without-schemas',
      'What a workflow imports is copied into every cached workflow: of the files with zod schemas it takes types only.',
      { path: ours('workflows') },
      { path: '^domain/(contract/|socket[.]ts$)|node_modules/zod/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'workers-beside-api-and-web',
      'workers/ use workflows/, db/ and domain/; api/, web/ and dev/ are on their own level, and config is handed to them.',
      { path: ours('workers') },
      { path: `${ours('api', 'web', 'dev')}|^main[.]ts$` },
    ),
    rule(
      'api-beside-workers-and-web',
      'api/ uses workflows/, db/ and domain/; workers/, web/ and dev/ are on its own level.',
      { path: ours('api') },
      { path: `${ours('workers', 'web', 'dev')}|^main[.]ts$` },
    ),
    rule(
      'web-needs-domain-only',
      'web/ runs in browsers: of ours it imports domain/ alone.',
      { path: ours('web') },
      { path: `${ours('db', 'workflows', 'workers', 'api', 'dev')}|^(main|config)[.]ts$` },
    ),
    rule(
      'dev-beside-the-product',
      'dev/ starts the product as processes: of ours it imports what demo data need, never api/, workers/ or web/.',
      { path: ours('dev') },
      { path: `${ours('api', 'workers', 'web')}|^main[.]ts$` },
    ),
    rule(
      'stripe-knows-nothing',
      'dev/stripe stands in for a company that has never heard of us: it imports nothing of ours, its tests neither.',
      { path: '^dev/stripe/', pathNot: '^$' },
      { path: '^(?!dev/stripe/)(domain|db|workflows|workers|api|web|dev|deploy|test|bench)/|^[^/]+[.]ts$' },
    ),
    rule(
      'nobody-needs-main',
      'main.ts starts the product; what it needs never needs it.',
      { path: ours('domain', 'db', 'workflows', 'workers', 'api', 'web', 'dev') },
      { path: '^main[.]ts$' },
    ),
    rule(
      'no-tests-in-the-product',
      'What runs for customers imports no test and no benchmark.',
      { path: ours('domain', 'db', 'workflows', 'workers', 'api', 'web', 'dev') },
      { path: TESTS },
    ),
    rule(
      'no-unresolved-imports',
      'Every import leads to a file or an installed package.',
      { pathNot: `${TESTS}|^web/` },
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules/(?!zod)|web/(build|[.]svelte-kit)/|dev/stripe/browser/)' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
