/**
 * A text in the form in which addresses compare: without regard to case where a letter has one other form and that one
 * leads back to it (Ü and ü, Я and я). All others compare exactly, because they fold to the letter of another address:
 * the Kelvin sign to k, the long s to s, ẞ and İ to more than one letter.
 */
export const foldCase = (text: string): string =>
  ASCII.test(text) ? text.toLowerCase() : Array.from(text, foldLetter).join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

function foldLetter(letter: string): string {
  const lower = letter.toLowerCase();
  return lower !== letter && lower.toUpperCase() === letter ? lower : letter;
}
