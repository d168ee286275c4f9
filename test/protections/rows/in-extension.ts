import { type Protection, protectionsIn } from '../protection.ts';

const settings = 'test/host/settings.test.ts';
const account = 'test/host/account.test.ts';

/** What can only be seen in the extension as it is installed: its manifest, its settings, its commands. */
export const inExtensionProtections: readonly Protection[] = [
  ...protectionsIn('package.json', [
    {
      name: 'a workspace does not say where the token goes',
      remove: `"default": "https://mega-api-prod.nemovideo.ai",
          "scope": "machine",`,
      replaceWith: '"default": "https://mega-api-prod.nemovideo.ai",',
      tests: settings,
      only: 'do not let a workspace say where the token goes',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/settings.ts', [
    {
      name: 'the service’s address is https, or on this machine',
      remove: 'if (url && isTrustworthy(url) &&',
      replaceWith: 'if (url &&',
      tests: settings,
      only: 'as the service’s address, before anything is sent',
      inExtension: true,
    },
    {
      name: 'the service’s address holds no password',
      remove: "&& url.username === '' && url.password === '') return url;",
      replaceWith: ') return url;',
      tests: settings,
      only: 'as the service’s address, before anything is sent',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/connection.ts', [
    {
      name: 'a token is kept once the service took it',
      remove: 'await trial.credits();',
      replaceWith: '',
      tests: account,
      only: 'is not changed by a token that the service does not know',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/commands/command-arguments.ts', [
    {
      name: 'a command refuses an argument that it does not know',
      remove: 'if (isEmptyObject(value)) return undefined;\n  throw badArgument();',
      replaceWith: 'return undefined;',
      tests: 'test/host/bad-input.test.ts',
      only: 'a command that does not know its argument says so',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/commands/upload.ts', [
    {
      name: 'an upload by address is from the web or of a file',
      remove: "if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href;",
      replaceWith: 'if (url) return url.href;',
      tests: 'test/host/bad-input.test.ts',
      only: 'a command that opens addresses opens none but those of the web',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/commands/open-media.ts', [
    {
      name: 'the browser is shown web addresses alone',
      remove: 'await openLink(mediaAddress(args[0]));',
      replaceWith: "await import('vscode').then(({ env, Uri }) => env.openExternal(Uri.parse(mediaAddress(args[0]))));",
      tests: 'test/host/bad-input.test.ts',
      only: 'a command that opens addresses opens none but those of the web',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/editor/commands/export.ts', [
    {
      name: 'the quality of an export is a word',
      remove: '.regex(/^[a-z0-9]{1,20}$/)',
      replaceWith: '',
      tests: 'test/host/commands.test.ts',
      only: 'refuses wishes that make no sense',
      inExtension: true,
    },
  ]),
  ...protectionsIn('src/extension.ts', [
    {
      name: 'nothing is asked of the network when the editor starts',
      remove: 'const closing = new AbortController();',
      replaceWith:
        "const closing = new AbortController();\n  void open().then((loaded) => loaded.run('nemo.connect', [{}], { fromEditor: false }));",
      tests: 'test/screen/reload.test.ts',
      only: 'in mid-export, with Nemo out of sight: asks nothing of the service',
    },
  ]),
  ...protectionsIn('src/editor/workbench.ts', [
    {
      name: 'a step that fails in its turn offers steps that work',
      remove: 'if (next) await carryOutOffered(next);',
      replaceWith: '',
      tests: 'test/screen/trouble.test.ts',
      only: 'a step that fails in its turn offers steps that work',
    },
  ]),
];
