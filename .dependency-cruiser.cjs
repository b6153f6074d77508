/**
 * The layers of the product, a sentence for each rule: main → {api, workers, workflows, web, dev} → {db, temporal} → domain → messages.
 * workflows/ and web/ do without db/; web/ without temporal/.
 * Tests (beside the sources, in test/) and benchmarks may import anything.
 */

const TESTS = '(^(test|bench)/|[.]test[.]ts$)';
/** None of these knows another. */
const SIDES = ['workflows', 'workers', 'api', 'web', 'dev'];
const LAYERS = ['domain', 'db', 'temporal', ...SIDES];

/** Rooms of packages/stripe-stand-in, the lowest first. */
const STAND_IN_ROOMS = [
  'store',
  'protocol',
  'faults',
  'webhooks',
  'cards',
  'money',
  'payments',
  'disputes',
  'refunds',
  'routes',
  'server',
];

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
      { path: `${ours('db', 'temporal', ...SIDES, 'bench')}|^[^/]+[.]ts$|^node:|^(fs|net|http|crypto)$` },
    ),
    rule(
      'messages-know-nothing',
      'messages/ are words, below everything: they import nothing of ours.',
      { path: ours('messages') },
      { path: `${ours('domain', 'db', 'temporal', ...SIDES)}|^[^/]+[.]ts$` },
    ),
    rule(
      'workflows-without-words',
      'Workflows know codes, never words: of messages/ they import nothing.',
      { path: ours('workflows') },
      { path: ours('messages') },
    ),
    rule(
      'pages-in-one-language',
      'A browser loads one language: pages import compiled messages by #messages, never those of the server.',
      { path: '^web/src/', pathNot: '^web/src/hooks[.]server[.]ts$|[.]test[.]ts$' },
      {
        path: '^messages/',
        pathNot: '^messages/(compiled/(pages/|languages[.]ts$)|(format|language-cookie)[.]ts$)',
      },
    ),
    rule(
      'messages-are-compiled-beforehand',
      'The compiler of the messages is no part of what runs.',
      { path: ours('domain', 'db', 'workflows', 'workers', 'api') },
      { path: '^messages/(compile[.]ts$|compiler/)' },
    ),
    rule(
      'db-needs-domain-only',
      'db/ reads and writes rows: it imports domain/, and nothing above or beside it.',
      { path: ours('db') },
      { path: `${ours('temporal', ...SIDES)}|^[^/]+[.]ts$` },
    ),
    rule(
      'temporal-needs-domain-only',
      'temporal/ is what both sides of Temporal share, without a database: it imports domain/, and nothing above or beside it.',
      { path: ours('temporal') },
      { path: `${ours('db', ...SIDES)}|^[^/]+[.]ts$` },
    ),
    rule(
      'workflows-are-deterministic',
      'workflows/ run in a sandbox: of ours they import temporal/ and domain/ alone, and of workers/ nothing at all.',
      { path: ours('workflows') },
      { path: `${ours('db', 'workers', 'api', 'web', 'dev')}|^[^/]+[.]ts$` },
    ),
    rule(
      'workflows-without-clients',
      'No file that a workflow needs, however far away, talks to Temporal, a database or the network.',
      { path: ours('workflows') },
      {
        path: '^node:|^(fs|net|http|crypto|child_process)$|node_modules/(@temporalio/(client|worker|activity)|@mikro-orm|pg|stripe)/',
        reachable: true,
      },
    ),
    rule(
      'workflows-without-schemas',
      'What a workflow imports is copied into every cached workflow: of the files with zod schemas it takes types only.',
      { path: ours('workflows') },
      { path: '^domain/(contract/|socket[.]ts$)|node_modules/zod/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'workflows-are-loaded-by-path',
      'Nobody imports workflows/: workers bundle them by their path, and start them by their names in temporal/.',
      { pathNot: `${TESTS}|^workflows/` },
      { path: ours('workflows') },
    ),
    rule(
      'workers-beside-api-and-web',
      'workers/ use db/, temporal/ and domain/; api/, web/ and dev/ are on their own level, and config is handed to them.',
      { path: ours('workers') },
      { path: `${ours('api', 'web', 'dev')}|^(main|config)[.]ts$` },
    ),
    rule(
      'api-beside-workers-and-web',
      'api/ uses db/, temporal/ and domain/; workers/, web/ and dev/ are on its own level.',
      { path: ours('api') },
      { path: `${ours('workers', 'web', 'dev')}|^main[.]ts$` },
    ),
    rule(
      'web-needs-domain-only',
      'web/ runs in browsers: of ours it imports domain/ alone.',
      { path: ours('web') },
      { path: `${ours('db', 'temporal', 'workflows', 'workers', 'api', 'dev')}|^(main|config)[.]ts$` },
    ),
    rule(
      'dev-beside-the-product',
      'dev/ starts the product as processes: of ours it imports what demo data need, never api/, workers/ or web/.',
      { path: ours('dev') },
      { path: `${ours('api', 'workers', 'web')}|^main[.]ts$` },
    ),
    rule(
      'packages-know-nothing-of-the-product',
      'A package stands by itself: it imports nothing of the product and of no other package, its tests neither.',
      { path: '^packages/([^/]+)/', pathNot: '^$' },
      { path: '^(?!node_modules/)', pathNot: '^packages/$1/', dependencyTypesNot: ['core'] },
    ),
    rule(
      'packages-by-their-face',
      'Of a package others import what its package.json exports, and nothing behind that.',
      { path: '^(?!packages/)', pathNot: '^$' },
      { path: '^packages/[^/]+/(?!index[.]ts$|store/store[.]ts$)' },
    ),
    ...STAND_IN_ROOMS.slice(0, -1).map((room, index) =>
      rule(
        `stand-in-${room}`,
        `The rooms of the Stripe stand-in stand in a line (${STAND_IN_ROOMS.join(', ')}): each imports those before it.`,
        { path: `^packages/stripe-stand-in/${room}/` },
        { path: `^packages/stripe-stand-in/(${STAND_IN_ROOMS.slice(index + 1).join('|')})/` },
      ),
    ),
    rule(
      'nobody-needs-main',
      'main.ts starts the product; what it needs never needs it.',
      { path: ours(...LAYERS) },
      { path: '^main[.]ts$' },
    ),
    rule(
      'no-tests-in-the-product',
      'What runs for customers imports no test and no benchmark.',
      { path: ours(...LAYERS) },
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
    exclude: {
      path: '(^|/)(node_modules/(?!zod|@temporalio/|@mikro-orm/|pg/|stripe/)|web/(build|[.]svelte-kit)/|packages/[^/]+/(browser/.*[.]js$|dist/))',
    },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
