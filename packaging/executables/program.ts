import { main } from '../../src/main.js';
import { realWorld } from '../../src/world.js';

// What a single executable runs: bin/scimctl.js as a script, because a script cannot wait outside a function.
process.noDeprecation = true;

void main(process.argv.slice(2), realWorld()).then((code) => {
  process.exitCode = code;
  if (code === 130) process.exit();
});
