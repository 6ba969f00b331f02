/** The style of a report page: light and dark, from a phone to A4. No address in it. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #566070; --paper: #fff; --line: #d5dae1; --soft: #f2f4f7; --bar: #2f6fb0; --bad: #b3261e; --badsoft: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --dim: #a5afbd; --paper: #14181e; --line: #363e49; --soft: #1e242c; --bar: #6fa8e0; --bad: #ff8a80; --badsoft: #3a1f1d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 82rem; padding: 1.5rem 1rem 3rem; font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; }
.dim, caption { color: var(--dim); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.figures div { border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .75rem; background: var(--soft); }
.figures dt { color: var(--dim); font-size: .85rem; }
.figures dd { margin: 0; font-size: 1.35rem; font-weight: 600; overflow-wrap: anywhere; }
.figures .bad { border-color: var(--bad); background: var(--badsoft); }
.figures .bad dd { color: var(--bad); }
.parts { display: grid; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; }
svg { width: 100%; max-width: 40rem; height: auto; display: block; }
svg text { fill: var(--ink); font-size: 14px; }
svg .bar { fill: var(--bar); }
svg .bad { fill: var(--bad); }
svg .axis { stroke: var(--line); }
.parts .broad { grid-column: 1 / -1; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: start; padding: .25rem 0; }
th, td { text-align: start; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; vertical-align: bottom; }
#list td.text { overflow-wrap: anywhere; min-width: 7rem; }
#list td.short { overflow-wrap: normal; min-width: 0; }
.parts td:first-child { white-space: nowrap; }
.number { text-align: end; font-variant-numeric: tabular-nums; }
.instant { white-space: nowrap; font-variant-numeric: tabular-nums; }
.late td { background: var(--badsoft); }
.late .flag { color: var(--bad); font-weight: 600; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; }
th button::after { content: " \\2195"; color: var(--dim); }
th[aria-sort="ascending"] button::after { content: " \\2191"; color: var(--ink); }
th[aria-sort="descending"] button::after { content: " \\2193"; color: var(--ink); }
.tools { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin: .5rem 0; }
input, .more { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; padding: .35rem .6rem; }
input { min-width: min(100%, 18rem); }
.more { cursor: pointer; margin-top: .75rem; }
:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .3rem; padding: .6rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
[hidden] { display: none; }
@media (max-width: 40rem) {
  #list thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  #list tr { display: block; border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .6rem; margin-bottom: .6rem; }
  #list td { display: flex; gap: .75rem; justify-content: space-between; border: 0; padding: .1rem 0; text-align: end; }
  #list td::before { content: attr(data-label); color: var(--dim); text-align: start; flex: none; }
  #list td.text { min-width: 0; }
  #list td:empty { display: none; }
}
@media print {
  :root { color-scheme: light; --ink: #000; --dim: #444; --paper: #fff; --line: #bbb; --soft: #fff; --bar: #444; --bad: #a00; --badsoft: #fff; }
  @page { size: A4; margin: 14mm 12mm; }
  @page list { size: A4 landscape; margin: 12mm; }
  .list { page: list; }
  .scroll { overflow: visible; }
  svg { max-width: 22rem; }
  #list td.text { min-width: 0; }
  .instant { white-space: normal; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .tools, .more { display: none; }
  table { font-size: 8pt; }
  thead { display: table-header-group; }
  tr, .figures div, svg, .parts section { break-inside: avoid; }
  h2 { break-after: avoid; }
  th button::after { content: none; }
  .late td { font-weight: 600; }
}
`;
