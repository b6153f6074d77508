/**
 * Keeps a page live while the browser translates it. Chrome and Edge replace every text node by a `<font>` with the
 * translation. The framework then writes into detached text nodes that nobody sees: a translated total would stay while
 * another amount is charged.
 * Therefore a replaced text node is put back, empty, before its translation. A write to it removes the stale
 * translation, and the translator finds new text. Removing it removes its translation.
 */

interface Translated {
  readonly translation: Element;
  /** The last text of the node. */
  readonly original: string;
}

/** Starts observing the document; returns a function that stops it. */
export function keepTextsLive(document: Document): () => void {
  const translated = new WeakMap<Node, Translated>();
  let hasBegun = false;

  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') forget(change.target);
      else look(change);
    }
    // Ignores our own changes.
    observer.takeRecords();
  });

  /** The application wrote into a text node: its translation is stale. */
  function forget(text: Node): void {
    translated.get(text)?.translation.remove();
    translated.delete(text);
  }

  function look(change: MutationRecord): void {
    const added = [...change.addedNodes];
    for (const node of change.removedNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      const known = translated.get(node);
      if (known) follow(node, known);
      else if (!node.isConnected && node.nodeValue?.trim()) {
        const near = [...added, change.previousSibling, change.nextSibling];
        const translation = near.find((other) => other !== null && isTranslation(other));
        if (translation) put(node, translation as Element);
      }
    }
    for (const node of added) {
      const known = translated.get(node);
      if (known && !known.translation.isConnected) restore(node, known);
    }
  }

  /** The text node was moved or removed: its translation follows. */
  function follow(text: Node, known: Translated): void {
    if (text.isConnected && known.translation.isConnected) (text as ChildNode).after(known.translation);
    else if (!text.isConnected) {
      known.translation.remove();
      restore(text, known);
    }
  }

  function put(text: Node, translation: Element): void {
    if (!translation.isConnected) return;
    begin();
    translated.set(text, { translation, original: text.nodeValue ?? '' });
    text.nodeValue = '';
    translation.before(text);
  }

  /** The translator restored the text node, or the node left the page. */
  function restore(text: Node, { original }: Translated): void {
    translated.delete(text);
    text.nodeValue = original;
  }

  /** Only a translated page pays for more than a check of added nodes. */
  function begin(): void {
    if (hasBegun) return;
    hasBegun = true;
    observer.observe(document, { childList: true, characterData: true, subtree: true });
  }

  observer.observe(document, { childList: true, subtree: true });
  return () => observer.disconnect();
}

function isTranslation(node: Node): boolean {
  return node.nodeName === 'FONT';
}
