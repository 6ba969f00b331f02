import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../support/environment.js';
export const samplePath = (name) => join(projectDirectory, 'docs', 'samples', name);
export const readVectors = async () => JSON.parse(await readFile(samplePath('token-vectors.json'), 'utf8'));
