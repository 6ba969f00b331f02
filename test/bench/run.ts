// `npm run bench`: figures to read, not to pass or fail. `npm run bench -- audit` for the long one.
const NAMES = [
  'start-up',
  'verify-token',
  'audit',
  'endpoint',
  'engines',
  'lookup',
  'lists',
  'preflight',
  'reconcile',
  'hostile',
  'neighbours',
  'scaffold',
];
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}; there are ${NAMES.join(', ')}`);

for (const name of wanted.length > 0 ? wanted : ['start-up', 'verify-token']) await import(`./${name}.js`);
