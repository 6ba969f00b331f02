import { describe } from 'node:test';
import { playCases } from './advice-case.js';
import { SERVICES_ADVICE } from './cases/services.js';

describe('the advice about a service', () => {
  playCases(SERVICES_ADVICE, () => ({}));
});
