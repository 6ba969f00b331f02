#!/usr/bin/env node
import { main } from '../dist/src/main.js';
import { realWorld } from '../dist/src/world.js';

// What Node deprecates in our dependencies is our business, not an administrator's.
process.noDeprecation = true;

process.exitCode = await main(process.argv.slice(2), realWorld());
