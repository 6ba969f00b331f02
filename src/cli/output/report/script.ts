/**
 * What sorts and searches the list in the browser. It reads the JSON of the page, makes text nodes only, and asks
 * nothing of the network. Without it, the page shows the first rows.
 */
export const REPORT_SCRIPT = `
'use strict';
(() => {
  const { list } = JSON.parse(document.getElementById('data').textContent);
  const table = document.getElementById('list');
  const [search, count, more] = ['search', 'count', 'more'].map((id) => document.getElementById(id));
  if (!table) return;
  const STEP = 200, PRINTED = 5000;
  const columns = list.columns;
  const flag = columns.findIndex(({ type }) => type === 'flag');
  // A number stands for one of the column's values, or for that of another column of the row.
  const valueOf = (cells, at) => {
    const cell = cells[at], { values, sameAs } = columns[at];
    if (cell === null) return null;
    if (values) return values[cell];
    return sameAs !== undefined && cell === 1 ? valueOf(cells, sameAs) : cell;
  };
  const textOf = (cells, at) => {
    const value = valueOf(cells, at), { type } = columns[at];
    if (value === null) return '';
    if (type === 'instant') return value.slice(0, 16).replace('T', ' ') + ' UTC';
    if (type === 'flag') return value === 1 ? 'yes' : '';
    return String(value);
  };
  let shown = STEP, rows = list.rows, texts;
  const rowFor = (cells) => {
    const row = document.createElement('tr');
    if (flag >= 0 && cells[flag] === 1) row.className = 'late';
    for (const [at, { look, label }] of columns.entries()) {
      const cell = row.insertCell();
      cell.className = look;
      cell.dataset.label = label;
      const text = textOf(cells, at);
      if (text === '') continue;
      const isolated = document.createElement('bdi');
      isolated.textContent = text;
      cell.append(isolated);
    }
    return row;
  };
  const draw = () => {
    const part = document.createDocumentFragment();
    for (const cells of rows.slice(0, shown)) part.append(rowFor(cells));
    table.tBodies[0].replaceChildren(part);
    const visible = Math.min(shown, rows.length);
    count.textContent = visible + ' of ' + rows.length + (rows.length === list.rows.length ? '' : ' found, ' + list.rows.length + ' in all');
    more.hidden = visible === rows.length;
  };
  const keyOf = (text) => text.toLowerCase().replace(/\\d+/g, (digits) => digits.padStart(12, '0'));
  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'accent' });
  const sortBy = (at, direction) => {
    const { type } = columns[at];
    // In a column of numbers, a text such as "unlimited" is more than any number.
    const keyOfCell = (value) => (type === 'number' && typeof value === 'string' ? Infinity : value);
    const keyed = list.rows.map((cells) => [keyOfCell(valueOf(cells, at)), cells]);
    let compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    // Letters of ASCII alone compare alike by a key, which is several times as fast.
    if (type === 'text' && keyed.some(([value]) => /[^\\x20-\\x7e]/.test(value ?? ''))) compare = collator.compare;
    else if (type === 'text') for (const one of keyed) one[0] = one[0] === null ? null : keyOf(one[0]);
    // What has no value comes last, whichever way round.
    keyed.sort(([a], [b]) => (a === null || b === null ? Number(a === null) - Number(b === null) : direction * compare(a, b)));
    list.rows = keyed.map(([, cells]) => cells);
    texts = undefined;
  };
  const filter = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    texts ??= list.rows.map((cells) => columns.map((_, at) => textOf(cells, at)).join('\\n').toLowerCase());
    rows = words.length === 0 ? list.rows : list.rows.filter((_, at) => words.every((word) => texts[at].includes(word)));
    draw();
  };
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const isAscending = head.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isAscending ? 'descending' : 'ascending');
      sortBy(at, isAscending ? -1 : 1);
      if (search.value.trim() === '') { rows = list.rows; draw(); } else filter();
    });
  }
  let waiting;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { shown = STEP; filter(); }, 120);
  });
  more.addEventListener('click', () => { shown += 5 * STEP; draw(); });
  addEventListener('beforeprint', () => { shown = Math.max(shown, PRINTED); draw(); });
  for (const one of document.querySelectorAll('.tools')) one.hidden = false;
  draw();
})();
`;
