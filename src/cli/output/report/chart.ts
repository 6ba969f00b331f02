import { cutTo } from '../width.js';
import { type Html, html } from './html.js';
import type { Chart } from './model.js';

/** Of a row: its height, where its label stands, and where its bar begins and how high it is. */
const [WIDTH, ROW, LABEL, BAR, THICK] = [440, 44, 14, 20, 16];
/** What a value behind its bar needs. */
const VALUE = 70;
/** In columns of a terminal. Capitals of this number fit the chart. The tables of the page have longer labels in full. */
const LONGEST = 44;

/** A bar for each value, with its label above and the value behind it. The texts are read aloud in full. */
export function chartSvg({ title, bars }: Chart): Html {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const scale = (WIDTH - VALUE) / most;
  const height = ROW * bars.length + 2;
  const rows = bars.map(({ label, value, isBad }, at) => {
    const y = ROW * at;
    const width = Math.max(value === 0 ? 0 : 2, Math.round(scale * value));
    return html`<text x="4" y="${y + LABEL}">${cutTo(label, LONGEST)}</text><rect class="${isBad ? 'bad' : 'bar'}" x="1" y="${y + BAR}" width="${width}" height="${THICK}"></rect><text x="${width + 8}" y="${y + BAR + THICK - 3}">${value}</text>`;
  });
  const told = bars.map(({ label, value }) => `${label}: ${value}`).join('; ');
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}. ${told}">${rows}<line class="axis" x1="1" y1="0" x2="1" y2="${height}"></line></svg>`;
}
