/** Finds sentences that stand in the sources, where messages belong. */

import { parse as parseSvelte } from 'svelte/compiler';
import { parseSync } from 'vite';

export interface Sentence {
  readonly text: string;
  readonly line: number;
}

interface Node {
  readonly type: string;
  readonly start?: number;
  readonly [name: string]: unknown;
}

/** Attributes and properties whose text nobody reads. */
const UNREAD =
  /^(class|style|id|for|href|src|srcset|sizes|rel|type|name|role|lang|d|viewBox|fill|stroke|points|transform|slot|translate|target|autocomplete|inputmode|enterkeyhint|pattern|accept|media|data-.*|aria-(live|current|labelledby|describedby|controls|haspopup|autocomplete|relevant|atomic)|extra|tag|code|key|stroke-.*|clip-path|font-.*|event|method)$/;

/** Attributes that are words for people, whatever they look like. */
const READ = /^(title|label|placeholder|alt|hint|text|description|caption|aria-label|.*Label)$/;

/** Calls whose texts are for developers. The sentence of an ApiError is shown. */
const FOR_DEVELOPERS = /^(?!ApiError$).*(Error|Exception)$|^(console|Symbol|RegExp|URL)$/;

/** Returns the sentences of a Svelte or TypeScript file that people would read. */
export function findSentences(file: string, source: string): Sentence[] {
  const found: Sentence[] = [];
  const take = (text: string, node: Node) =>
    found.push({
      text: text.trim().replace(/\s+/g, ' '),
      line: source.slice(0, node.start ?? 0).split('\n').length,
    });
  if (file.endsWith('.svelte')) walk(parseSvelte(source, { modern: true }) as unknown as Node, take);
  else walk(parseSync(file, source).program as unknown as Node, take);
  return found;
}

type Take = (text: string, node: Node) => void;

function walk(node: Node, take: Take): void {
  switch (node.type) {
    case 'Text':
      if (/\p{L}{2}/u.test(String(node['data']))) take(String(node['data']), node);
      return;
    case 'Literal':
      if (typeof node['value'] === 'string' && isSentence(node['value'])) take(node['value'], node);
      return;
    case 'TemplateElement': {
      const { cooked } = node['value'] as { cooked: string };
      if (isSentence(cooked) || /^[’']s\b|^ [a-z]+( [a-z]+)*[ .]|\. [A-Z]/.test(cooked)) take(cooked, node);
      return;
    }
    case 'Attribute':
    case 'Property':
    case 'PropertyDefinition': {
      const name = nameOf(node);
      if (name !== undefined && UNREAD.test(name)) return;
      if (node.type === 'Attribute' && Array.isArray(node['value'])) {
        for (const part of node['value'] as Node[]) {
          if (part.type !== 'Text') walk(part, take);
          else if (isSentence(String(part['data'])) || READ.test(name ?? ''))
            take(String(part['data']), part);
        }
        return;
      }
      break;
    }
    case 'VariableDeclarator':
      // What holds class names is called by what wears them.
      if (/class|style|link|entry|button|tone|size|base|look/i.test(nameOf(node) ?? '')) return;
      break;
    case 'ClassDirective':
    case 'StyleSheet':
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSLiteralType':
    case 'TSTypeAnnotation':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'Comment':
      return;
    case 'ThrowStatement': {
      const thrown = (node['argument'] as Node)['callee'] as Node | undefined;
      if (!thrown || nameOf(thrown) !== 'ApiError') return;
      break;
    }
    case 'NewExpression':
    case 'CallExpression': {
      const callee = node['callee'] as Node;
      const name = nameOf(callee) ?? nameOf((callee['object'] ?? callee) as Node) ?? '';
      if (FOR_DEVELOPERS.test(name)) return;
      break;
    }
    case 'BinaryExpression':
      // Compared, not shown.
      if (/^[!=]==?$/.test(String(node['operator']))) return;
      break;
  }
  for (const [name, child] of Object.entries(node)) {
    if (name === 'css' || name === 'comments' || name === 'metadata' || name === 'loc') continue;
    for (const part of Array.isArray(child) ? child : [child])
      if (typeof part === 'object' && part !== null && typeof (part as Node).type === 'string')
        walk(part as Node, take);
  }
}

function nameOf(node: Node): string | undefined {
  if (typeof node['name'] === 'string') return node['name'];
  const inner = (node['key'] ?? node['id']) as Node | undefined;
  if (inner === undefined || inner === null) return undefined;
  return (inner['name'] ?? inner['value']) as string | undefined;
}

/** Whether a text reads as words for people: it starts like a sentence, or has several words and no sign of code. */
function isSentence(text: string): boolean {
  const trimmed = text.trim();
  if (/^\p{Lu}(\p{Ll}+([ ,.!?…:]|$)| \p{Ll})/u.test(trimmed) && !/^[A-Z][a-z]+$/.test(trimmed)) return true;
  if (/^[A-Z][a-z]{2,}$/.test(trimmed)) return !KEYS.has(trimmed);
  return (
    /^[\p{L}’',;.!?…—–-]+( [\p{L}\d’',;.!?…—–-]+)+$/u.test(trimmed) &&
    !/[a-z]-[a-z\d]|^[a-z]+\d/.test(trimmed)
  );
}

/** Words that browsers and protocols give names to. */
const KEYS = new Set(
  'Enter Escape Backspace Delete Tab Space Home End Accept Cookie Basic Bearer Link Vary Origin Host Server Date Location Sharetab Stripe Intl'.split(
    ' ',
  ),
);
