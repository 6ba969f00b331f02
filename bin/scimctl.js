#!/usr/bin/env node
import { main } from '../dist/src/main.js';
import { realWorld } from '../dist/src/world.js';

// What Node deprecates in our dependencies is our business, not an administrator's.
process.noDeprecation = true;

process.exitCode = await main(process.argv.slice(2), realWorld());
// Interrupted: something may still be waiting for an answer that nobody wants any more.
if (process.exitCode === 130) process.exit();
