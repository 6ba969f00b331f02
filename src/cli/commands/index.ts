import type { CommandEntry } from '../command.js';
import { SUMMARIES } from './summaries.js';

/** Every command, in the order a newcomer meets them. Only the one that was typed is loaded. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'quickstart',
    summary: SUMMARIES.quickstart,
    load: async () => (await import('./quickstart/index.js')).quickstart,
  },
  {
    name: 'init',
    summary: SUMMARIES.init,
    load: async () => (await import('./init/index.js')).init,
  },
  {
    name: 'db',
    summary: SUMMARIES.db,
    load: async () => (await import('./db/index.js')).db,
  },
  {
    name: 'host',
    summary: SUMMARIES.host,
    load: async () => (await import('./host/index.js')).host,
  },
  {
    name: 'check',
    summary: SUMMARIES.check,
    load: async () => (await import('./check.js')).check,
  },
  {
    name: 'idp',
    summary: SUMMARIES.idp,
    load: async () => (await import('./idp/index.js')).idp,
  },
  {
    name: 'token',
    summary: SUMMARIES.token,
    load: async () => (await import('./token/index.js')).token,
  },
  {
    name: 'users',
    summary: SUMMARIES.users,
    load: async () => (await import('./users/index.js')).users,
  },
  {
    name: 'seats',
    summary: SUMMARIES.seats,
    load: async () => (await import('./seats.js')).seats,
  },
  {
    name: 'audit',
    summary: SUMMARIES.audit,
    load: async () => (await import('./audit/index.js')).audit,
  },
  {
    name: 'serve',
    summary: SUMMARIES.serve,
    load: async () => (await import('./serve/index.js')).serve,
  },
  {
    name: 'service',
    summary: SUMMARIES.service,
    load: async () => (await import('./serve/service/index.js')).service,
  },
  {
    name: 'probe',
    summary: SUMMARIES.probe,
    load: async () => (await import('./probe/index.js')).probe,
  },
  {
    name: 'support',
    summary: SUMMARIES.support,
    load: async () => (await import('./help/support/index.js')).support,
  },
  {
    name: 'explain',
    summary: SUMMARIES.explain,
    load: async () => (await import('./help/explain.js')).explain,
  },
  {
    name: 'completion',
    summary: SUMMARIES.completion,
    load: async () => (await import('./completion/index.js')).completion(COMMANDS),
  },
  {
    name: 'help',
    summary: SUMMARIES.help,
    load: async () => (await import('./help/index.js')).help(COMMANDS),
  },
];
