/**
 * One word of a command line, as programs of Windows take it apart: backslashes count only before a quote.
 * @see https://learn.microsoft.com/en-us/cpp/c-language/parsing-c-command-line-arguments
 */
function windowsWord(word: string): string {
  if (word !== '' && !/[\s"]/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

export const windowsCommandLine = (words: readonly string[]): string => words.map(windowsWord).join(' ');

/** Text in an element or a quoted attribute of XML. */
export const inXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
