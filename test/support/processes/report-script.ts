import { createContext, runInContext } from 'node:vm';

/** As much of an element as the script of a report uses. */
class Node {
  children: Node[] = [];
  dataset: Record<string, string> = {};
  className = '';
  hidden = false;
  value = '';
  type = '';
  readonly #attributes = new Map<string, string>();
  readonly #listeners = new Map<string, () => void>();
  #text = '';

  get textContent(): string {
    return this.#text + this.children.map((child) => child.textContent).join('');
  }
  set textContent(text: string) {
    this.#text = text;
    this.children = [];
  }
  get cells(): Node[] {
    return this.children;
  }
  append(...nodes: Node[]): void {
    this.children.push(...nodes);
  }
  replaceChildren(...nodes: Node[]): void {
    this.#text = '';
    this.children = nodes.flatMap((node) => (node instanceof Fragment ? node.children : [node]));
  }
  insertCell(): Node {
    const cell = new Node();
    this.children.push(cell);
    return cell;
  }
  getAttribute = (name: string): string | null => this.#attributes.get(name) ?? null;
  setAttribute = (name: string, value: string): void => void this.#attributes.set(name, value);
  removeAttribute = (name: string): void => void this.#attributes.delete(name);
  addEventListener = (name: string, listener: () => void): void => void this.#listeners.set(name, listener);
  fire = (name: string): void => this.#listeners.get(name)?.();
}
class Fragment extends Node {}

/**
 * Runs the script of a report over its list, in a page that has no more than the script uses.
 * @returns the texts of the list's cells as the page has them without the script, with it, and after a click on the head
 *   of a column.
 */
export function listedBy(page: string): {
  before: string[][];
  after: string[][];
  sorted: (column: number) => string[][];
} {
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page) ?? [];
  const [, table = ''] = /<table id="list">(.*?)<\/table>/s.exec(page) ?? [];
  const [, head = '', body = ''] = /<thead>(.*?)<\/thead><tbody>(.*?)<\/tbody>/s.exec(table) ?? [];
  const node = (text = '') => Object.assign(new Node(), { textContent: text });
  const headRow = node();
  headRow.append(...[...head.matchAll(/<th [^>]*>(.*?)<\/th>/gs)].map(([, text = '']) => node(text)));
  const tBody = node();
  const elements: Record<string, unknown> = {
    data: node(json),
    list: { tHead: { rows: [headRow] }, tBodies: [tBody] },
    ...Object.fromEntries(['search', 'count', 'more'].map((id) => [id, node()])),
  };
  const document = {
    getElementById: (id: string) => elements[id] ?? null,
    createElement: () => node(),
    createDocumentFragment: () => new Fragment(),
    querySelectorAll: () => [],
  };
  runInContext(script, createContext({ document, addEventListener: () => undefined, Intl }));
  const rows = () => tBody.children.map((row) => row.cells.map(({ textContent }) => textContent));
  return {
    before: [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<td [^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) =>
        unescaped(cell.replace(/<\/?bdi>/g, '')),
      ),
    ),
    after: rows(),
    sorted: (column) => {
      headRow.cells[column]?.children[0]?.fire('click');
      return rows();
    },
  };
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
