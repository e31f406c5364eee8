/** How long a line has to stand, to be read: by its letters, of which Chinese ones say more. */

const LATIN = 60;
const HAN = 180;
const SHORTEST = 2200;
const LONGEST = 8000;

/** @param {string} text @returns {number} milliseconds */
export function readingTime(text) {
  const letters = [...text];
  const han = letters.filter((letter) => /\p{Script=Han}/u.test(letter)).length;
  return Math.min(LONGEST, Math.max(SHORTEST, han * HAN + (letters.length - han) * LATIN));
}
