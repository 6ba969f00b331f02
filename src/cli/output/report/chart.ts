import { type Html, html } from './html.js';
import type { Chart } from './model.js';

const [WIDTH, ROW, LABEL, VALUE] = [440, 28, 150, 55];

/** A bar for each value, with the value behind it. The texts are read aloud as they stand. */
export function chartSvg({ title, bars }: Chart): Html {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const scale = (WIDTH - LABEL - VALUE) / most;
  const height = ROW * bars.length + 4;
  const rows = bars.map(({ label, value, isBad }, at) => {
    const y = ROW * at + 4;
    const width = Math.max(value === 0 ? 0 : 2, Math.round(scale * value));
    return html`<text x="${LABEL - 10}" y="${y + 15}" text-anchor="end">${label}</text><rect class="${isBad ? 'bad' : 'bar'}" x="${LABEL}" y="${y}" width="${width}" height="${ROW - 7}"></rect><text x="${LABEL + width + 8}" y="${y + 15}">${value}</text>`;
  });
  const told = bars.map(({ label, value }) => `${label}: ${value}`).join('; ');
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}. ${told}">${rows}<line class="axis" x1="${LABEL}" y1="0" x2="${LABEL}" y2="${height}"></line></svg>`;
}
