import ts from 'typescript';

/** What of `vscode.window` shows no text. */
const silentInWindow = new Set([
  'activeTextEditor',
  'createTreeView',
  'registerWebviewPanelSerializer',
  'registerWebviewViewProvider',
  'showTextDocument',
]);

/** What of VS Code's classes shows no text. */
const silentClasses = new Set([
  'CancellationTokenSource',
  'DataTransferItem',
  'Disposable',
  'EventEmitter',
  'RelativePattern',
  'ThemeColor',
  'ThemeIcon',
]);

/** Properties of VS Code's objects that may be set: no person reads them. */
const silentProperties = new Set([
  'backgroundColor',
  'busy',
  'command',
  'contextValue',
  'enabled',
  'html',
  'iconPath',
  'id',
  'ignoreFocusOut',
  'options',
  'resourceUri',
]);

/** Whole namespaces of VS Code that exist to show something. */
const speakingNamespaces = new Set([
  'authentication',
  'chat',
  'comments',
  'debug',
  'interactive',
  'lm',
  'notebooks',
  'scm',
  'tasks',
  'tests',
]);

/** Objects that are as good as the classes and calls above. */
const speakingObjects = new Set([
  'AccessibilityInformation',
  'InputBoxOptions',
  'InputBoxValidationMessage',
  'MarkdownString',
  'MessageItem',
  'MessageOptions',
  'OpenDialogOptions',
  'ProgressOptions',
  'QuickInputButton',
  'QuickPickItem',
  'QuickPickOptions',
  'SaveDialogOptions',
  'TreeItem',
  'TreeItemLabel',
  'ViewBadge',
]);

const isOfEditor = (declaration) => /[\\/]@types[\\/]vscode[\\/]/.test(declaration.getSourceFile().fileName);
const declarationOf = (symbol) => symbol?.declarations?.find(isOfEditor);
/** The namespace, interface or class that a declaration stands in. */
const ownerOf = (declaration) => {
  for (let node = declaration.parent; node; node = node.parent) if (node.name?.text) return node.name.text;
  return undefined;
};

/**
 * Keeps text away from the editor's own surfaces, unless it passes `src/editor/surfaces/plain-window.ts`, which takes
 * nothing but `PlainText`. Goes by what TypeScript knows, so that another name for `vscode.window` changes nothing.
 */
/** @type {import('eslint').Rule.RuleModule} */
export const plainSurfaces = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      surface: '“{{what}}” shows text that may come from anywhere. Use its like in src/editor/surfaces.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const checker = services.program.getTypeChecker();
    const report = (node, what) => context.report({ node, messageId: 'surface', data: { what } });

    const checkUse = (node, symbol) => {
      const declaration = declarationOf(symbol);
      if (!declaration) return;
      const owner = ownerOf(declaration);
      if (owner === 'window' && !silentInWindow.has(symbol.name)) report(node, `window.${symbol.name}`);
      if (owner === 'Progress' && symbol.name === 'report') report(node, 'Progress.report');
      if (speakingNamespaces.has(owner)) report(node, `${owner}.${symbol.name}`);
    };

    return {
      MemberExpression(node) {
        checkUse(node.property, services.getSymbolAtLocation(node.property));
      },
      'ObjectPattern > Property'(node) {
        const type = services.getTypeAtLocation(node.parent);
        const name = node.key.type === 'Identifier' ? node.key.name : String(node.key.value);
        checkUse(node, checker.getPropertyOfType(type, name));
      },
      AssignmentExpression({ left }) {
        if (left.type !== 'MemberExpression') return;
        const symbol = services.getSymbolAtLocation(left.property);
        if (declarationOf(symbol) && !silentProperties.has(symbol.name)) report(left, symbol.name);
      },
      'NewExpression, ClassDeclaration, ClassExpression'(node) {
        const made = node.type === 'NewExpression' ? node.callee : node.superClass;
        if (!made) return;
        const symbol = services.getSymbolAtLocation(made.type === 'MemberExpression' ? made.property : made);
        const original = symbol && (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
        if (declarationOf(original) && !silentClasses.has(original.name)) report(node, `new ${original.name}`);
      },
      ObjectExpression(node) {
        const type = checker.getContextualType(services.esTreeNodeToTSNodeMap.get(node));
        const types = type?.isUnion() ? type.types : [type];
        const speaking = types
          .map((each) => each?.symbol ?? each?.aliasSymbol)
          .find((symbol) => symbol && speakingObjects.has(symbol.name) && declarationOf(symbol));
        if (speaking) report(node, speaking.name);
      },
    };
  },
};
