/**
 * Keeps a page live while the browser translates it. Chrome and Edge put a `<font>` with the translation in the place of
 * every text node. What draws the page goes on to write into the text nodes it knows, which nobody sees any more: a
 * translated total stays as it was while another amount is charged.
 *
 * So a text node that was replaced is put back, empty, in front of its translation. When something is written into it
 * the translation, which is old now, goes away, and the translator finds new text to translate. When it is removed, its
 * translation goes with it.
 */

interface Translated {
  readonly translation: Element;
  /** What stood in the text node. */
  readonly original: string;
}

/** Starts keeping the document's texts; returns what ends it. */
export function keepTextsLive(document: Document): () => void {
  const translated = new WeakMap<Node, Translated>();
  let hasBegun = false;

  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') forget(change.target);
      else look(change);
    }
    // What was done here is no news.
    observer.takeRecords();
  });

  /** The application has written into a text node: its translation is of something else. */
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

  /** The translator has put the text node back, or it is gone from the page. */
  function restore(text: Node, { original }: Translated): void {
    translated.delete(text);
    text.nodeValue = original;
  }

  /** Only a page that is translated pays for more than a look at what is added. */
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
