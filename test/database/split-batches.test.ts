import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitBatches } from '../../src/database/mssql/driver/split-batches.js';

describe('splitting a T-SQL script into batches', () => {
  const examples: { title: string; script: string; batches: string[] }[] = [
    { title: 'a script without GO is one batch', script: 'select 1;\n', batches: ['select 1;'] },
    { title: 'GO in any case, with space around it', script: 'a\n  go \nb\nGo\nc', batches: ['a', 'b', 'c'] },
    { title: 'line ends of Windows', script: 'a\r\nGO\r\nb\r\n', batches: ['a', 'b'] },
    { title: 'empty batches are dropped', script: 'GO\n\nGO\na\nGO\nGO\n', batches: ['a'] },
    { title: 'a count repeats the batch', script: 'a\nGO 2\nb', batches: ['a', 'a', 'b'] },
    { title: 'a comment may follow', script: 'a\nGO -- next\nb', batches: ['a', 'b'] },
    {
      title: 'GO that is part of something else is not one',
      script: 'select go\nfrom go\nGOING\n;go to',
      batches: ['select go\nfrom go\nGOING\n;go to'],
    },
    { title: 'GO in a string', script: "select 'a\nGO\n'\nGO\nb", batches: ["select 'a\nGO\n'", 'b'] },
    {
      title: 'a doubled quote does not end a string',
      script: "'it''s\nGO\n'\nGO\nb",
      batches: ["'it''s\nGO\n'", 'b'],
    },
    { title: 'GO in a quoted name', script: '"a\nGO\n"\nGO\nb', batches: ['"a\nGO\n"', 'b'] },
    { title: 'GO in a bracketed name', script: '[a]]\nGO\n]\nGO\nb', batches: ['[a]]\nGO\n]', 'b'] },
    { title: 'GO in a comment', script: '/* a\nGO\n*/\nGO\nb', batches: ['/* a\nGO\n*/', 'b'] },
    {
      title: 'block comments nest',
      script: '/* /* */\nGO\n*/ a\nGO\nb',
      batches: ['/* /* */\nGO\n*/ a', 'b'],
    },
    { title: 'a quote in a comment opens no string', script: "-- it's\nGO\nb", batches: ["-- it's", 'b'] },
    { title: 'comment marks in a string', script: "'--', '/*'\nGO\nb", batches: ["'--', '/*'", 'b'] },
  ];
  for (const { title, script, batches } of examples) {
    it(title, () => assert.deepEqual(splitBatches(script), batches));
  }
});
