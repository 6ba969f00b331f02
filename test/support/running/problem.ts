import assert from 'node:assert/strict';
import { Problem } from '../../../src/problem.js';

/** The Problem that some work ends with; it must. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return assert.fail('nothing was refused');
}

/** What some work comes to, or the code of the Problem in its place. */
export async function outcomeOf<T>(work: Promise<T>): Promise<T | string> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
