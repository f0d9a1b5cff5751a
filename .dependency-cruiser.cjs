/** The walls between the rooms (ARCHITECTURE.md). `npm test` fails on any breach. */
const room = (name) => `^${name}/`;
const CODE = '^(core|extension|webview|watcher-cli)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-common-is-pure',
      comment: 'core/common runs anywhere: no Node, no editor, no other room.',
      severity: 'error',
      from: { path: room('core/common') },
      to: { path: [room('core/node'), room('extension'), room('webview'), room('watcher-cli'), '^vscode$'] },
    },
    {
      name: 'core-common-has-no-node',
      severity: 'error',
      from: { path: room('core/common') },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-node-knows-no-program',
      severity: 'error',
      from: { path: room('core/node') },
      to: { path: [room('extension'), room('webview'), room('watcher-cli'), '^vscode$'] },
    },
    {
      name: 'programs-do-not-meet',
      comment: 'What two programs share lives in core.',
      severity: 'error',
      from: { path: '^(extension|webview|watcher-cli)/' },
      to: { path: '^(extension|webview|watcher-cli)/', pathNot: '^$1/' },
    },
    {
      name: 'webview-sees-the-pure-core-only',
      severity: 'error',
      from: { path: room('webview') },
      to: { path: room('core/node') },
    },
    {
      name: 'webview-has-no-node',
      severity: 'error',
      from: { path: room('webview') },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'nobody-imports-tests', severity: 'error', from: { path: CODE }, to: { path: '^(test|scripts)/' } },
    { name: 'scripts-need-no-tests', severity: 'error', from: { path: room('scripts') }, to: { path: room('test') } },
    {
      name: 'the-hook-stays-light',
      comment: 'The hook runs before and after every call of the agent; it loads no package.',
      severity: 'error',
      from: { path: '^watcher-cli/(hook-main|hook/judge-by-rules)\\.ts$' },
      to: { reachable: true, path: 'node_modules/', pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, path: CODE, pathNot: '\\.d\\.ts$' }, to: {} },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'test/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
