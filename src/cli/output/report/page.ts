import { createHash } from 'node:crypto';
import type { Head } from '../../../core/audit/evidence/trail-head.js';
import { chartSvg } from './chart.js';
import { embeddedJson, Html, html } from './html.js';
import { hasMoreThanShown, instantText, listTable, packedList } from './list.js';
import type { Report, SmallTable } from './model.js';
import { REPORT_SCRIPT } from './script.js';
import { REPORT_STYLE } from './style.js';

/**
 * The report as one page that needs nothing else: no file, no network. Its Content-Security-Policy allows this style
 * and this script, by their hashes, and nothing else, so that no text of the list can act.
 */
export function reportPage(report: Report): string {
  const { title, about, at, by, figures, charts, tables, list } = report;
  const policy = `default-src 'none'; style-src '${hashOf(REPORT_STYLE)}'; script-src '${hashOf(REPORT_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
  const parts = [
    ...charts.map((chart) => html`<section><h2>${chart.title}</h2>${chartSvg(chart)}</section>`),
    ...tables.map(
      (table) =>
        html`<section${table.columns.length > BESIDE ? html` class="broad"` : ''}><h2>${table.title}</h2>${smallTable(table)}</section>`,
    ),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(REPORT_STYLE)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${about}</p>
<p class="dim">Made on ${instant(at)} by ${by}. All times are UTC; a day is 24 hours.</p>
</header>
<main>
<dl class="figures">${figures.map(({ label, value, isBad }) => html`<div${isBad ? html` class="bad"` : ''}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<div class="parts">${parts}</div>
<section class="list">
<h2>${list.title}</h2>
${list.rows.length === 0 ? html`<p>${list.empty}</p>` : shownList(report)}
</section>
${trailPart(report)}
</main>
<script type="application/json" id="data">${new Html(embeddedJson(documentOf(report)))}</script>
<script>${new Html(REPORT_SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

const shownList = ({
  list,
}: Report): Html => html`<div class="tools" hidden><label>Search <input id="search" type="search" autocomplete="off"></label><output id="count" for="search"></output></div>
${listTable({ ...list, title: `${list.rows.length} ${list.rows.length === 1 ? 'row' : 'rows'}` })}
${hasMoreThanShown(list) ? html`<noscript><p>These are the first rows. The others are in the JSON of this page; a browser that runs scripts shows them.</p></noscript>` : ''}
<button id="more" class="more" type="button" hidden>Show more rows</button>`;

/** Tables with more columns than this stand beside no other part: they would be cut off. */
const BESIDE = 4;

function smallTable({ columns, rows, note }: SmallTable): Html {
  const isNumber = (at: number) => rows.length > 0 && rows.every((row) => typeof (row[at] ?? 0) === 'number');
  const classes = columns.map((_, at) => (isNumber(at) ? 'number' : 'text'));
  const heads = columns.map((name, at) => html`<th scope="col" class="${classes[at] ?? ''}">${name}</th>`);
  const lines = rows.map(
    (row) =>
      html`<tr>${row.map((cell, at) => html`<td class="${classes[at] ?? ''}"><bdi>${cell ?? ''}</bdi></td>`)}</tr>`,
  );
  return html`<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>${note === undefined ? '' : html`<p class="dim">${note}</p>`}`;
}

/** Up to where the trail is sealed, and how a reader finds out whether it was changed since. */
const trailPart = ({ head }: Report): Html => html`<section>
<h2>Audit trail</h2>
<p>${
  head.sealNo === 0
    ? 'The audit trail is not sealed yet. Run scimctl audit seal, and make the report again.'
    : `Seal ${head.sealNo} covers ${head.events} events, up to event ${head.lastSeq}, sealed on ${head.sealedAt ? instant(new Date(head.sealedAt)) : 'an unknown date'}.`
}</p>
${head.sealNo === 0 ? '' : howToVerify(head)}
</section>`;

const howToVerify = (head: Head): Html =>
  html`<p>To verify that no event up to there was changed, removed or inserted since this report was made, save the following line as head.json and run <code>scimctl audit verify --head head.json</code>:</p>
<pre>${JSON.stringify(head)}</pre>`;

const instant = (at: Date): string => instantText(at.toISOString());

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** The same figures for a program: `document.getElementById('data')`. */
const documentOf = ({ title, at, by, figures, charts, tables, list, head }: Report): object => ({
  format: 'scimctl-report/1',
  title,
  at,
  by,
  figures: Object.fromEntries(figures.map(({ key, value }) => [key, value])),
  charts: Object.fromEntries(charts.map(({ key, bars }) => [key, bars])),
  tables: Object.fromEntries(tables.map(({ key, columns, rows }) => [key, { columns, rows }])),
  head,
  list: packedList(list),
});
