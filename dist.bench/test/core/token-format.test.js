import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { describe, it } from 'node:test';
import { generateToken, parseToken, TOKEN_PATTERN, withoutTokens } from '../../src/core/tokens/format.js';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Random bytes that are the same in every run: AES in counter mode over nothing, made a megabyte at a time. */
function repeatable(seed) {
    const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
    let made = Buffer.alloc(0);
    let used = 0;
    return (bytes) => {
        if (used + bytes > made.length)
            [made, used] = [stream.update(Buffer.alloc(1 << 20)), 0];
        used += bytes;
        return made.subarray(used - bytes, used);
    };
}
const tokens = (count, seed = 1) => {
    const random = repeatable(seed);
    return Array.from({ length: count }, () => generateToken(random));
};
describe('a token', () => {
    it('is letters, digits and underscores, selected as one word, and names its id', () => {
        for (const { text, publicId } of tokens(1000)) {
            assert.match(text, TOKEN_PATTERN);
            assert.match(text, /^\w{70}$/);
            assert.deepEqual(parseToken(text), { publicId });
            assert.equal(text.split('_')[1], publicId);
        }
    });
    it('has its full length whatever the random bytes are', () => {
        for (const value of [0x00, 0x01, 0x7f, 0xf7]) {
            const { text, publicId } = generateToken((bytes) => Buffer.alloc(bytes, value));
            assert.deepEqual(parseToken(text), { publicId });
        }
        const [first, second] = [0x00, 0xff].map((value) => generateToken((bytes) => (bytes === 32 ? Buffer.alloc(32, value) : Buffer.alloc(bytes))));
        assert.match(first?.text ?? '', /^scimctl_0{12}_0{43}/);
        assert.notEqual(first?.text, second?.text);
        assert.match(second?.text ?? '', TOKEN_PATTERN);
    });
    it('is found to be mistyped, offline, wherever one character is another', () => {
        for (const { text } of tokens(15, 2)) {
            for (let at = 0; at < text.length; at++) {
                for (const other of `${ALPHABET}_- `) {
                    if (other === text[at])
                        continue;
                    const mistyped = text.slice(0, at) + other + text.slice(at + 1);
                    assert.ok('fault' in parseToken(mistyped), `${other} at ${at} of ${text} went unnoticed`);
                }
            }
        }
    });
    it('is found to be mistyped where neighbours change places, or a character is missing or doubled', () => {
        for (const { text } of tokens(300, 3)) {
            for (let at = 0; at < text.length; at++) {
                const [before, here, next = '', after] = [
                    text.slice(0, at),
                    text[at],
                    text[at + 1],
                    text.slice(at + 2),
                ];
                if (here !== next && next !== '') {
                    assert.ok('fault' in parseToken(`${before}${next}${here}${after}`));
                }
                assert.deepEqual(parseToken(before + text.slice(at + 1)), { fault: 'form' });
                assert.deepEqual(parseToken(`${before}${here}${text.slice(at)}`), { fault: 'form' });
            }
        }
    });
    it('of somebody else, or with something around it, is not one of ours', () => {
        const [{ text } = { text: '' }] = tokens(1);
        for (const other of [
            '',
            text.toUpperCase(),
            ` ${text}`,
            `${text}\n`,
            `x${text}`,
            text.replace('scimctl', 'ghp'),
            'x'.repeat(70),
        ]) {
            assert.deepEqual(parseToken(other), { fault: 'form' });
        }
    });
    it('is taken out of texts that quote it, but for its id', () => {
        const [{ text, publicId } = { text: '', publicId: '' }] = tokens(1);
        assert.equal(withoutTokens(`no IdP "${text}", nor ${text.slice(0, 40)}.`), `no IdP "scimctl_${publicId}_…", nor scimctl_${publicId}_….`);
        assert.equal(withoutTokens('scimctl_is_a_name'), 'scimctl_is_a_name');
    });
});
describe('many tokens', () => {
    it('never have an id in common', () => {
        const random = repeatable(5);
        const nothing = Buffer.alloc(32);
        const ids = new Set();
        // The id alone costs little; the secret after it is not what this is about.
        const withoutSecret = (bytes) => (bytes === 32 ? nothing : random(bytes));
        for (let made = 0; made < 1_000_000; made++)
            ids.add(generateToken(withoutSecret).publicId);
        assert.equal(ids.size, 1_000_000);
    });
    it('have ids and secrets of which every character is equally likely', () => {
        const made = tokens(20_000, 4).map(({ text }) => text);
        for (let at = 8; at < 20; at++)
            assertAsExpected(countAt(made, at), evenly, `character ${at} of the id`);
        // The first one: 2^256 is a little less than 62^43, so that not all values of it occur as often.
        assertAsExpected(countAt(made, 21), firstOfSecret, 'the first character of the secret');
        for (let at = 22; at < 64; at++)
            assertAsExpected(countAt(made, at), evenly, `character ${at - 21} of the secret`);
    });
});
const evenly = ALPHABET.split('').map(() => 1 / 62);
/** How likely each value is as the first of 43 base62 digits of a number below 2^256. */
const firstOfSecret = ALPHABET.split('').map((_, digit) => {
    const [all, step] = [2n ** 256n, 62n ** 42n];
    const end = BigInt(digit + 1) * step < all ? BigInt(digit + 1) * step : all;
    const share = end - BigInt(digit) * step;
    return share > 0n ? Number((share * 10n ** 15n) / all) / 1e15 : 0;
});
function countAt(texts, at) {
    const counts = new Array(62).fill(0);
    for (const text of texts) {
        const value = ALPHABET.indexOf(text.charAt(at));
        counts[value] = (counts[value] ?? 0) + 1;
    }
    return counts;
}
/** Pearson's chi-square; with 61 degrees of freedom it exceeds 140 about once in ten million times. */
function assertAsExpected(counts, likely, what) {
    const total = counts.reduce((sum, count) => sum + count, 0);
    let chiSquare = 0;
    for (const [value, count] of counts.entries()) {
        const expected = total * (likely[value] ?? 0);
        if (expected === 0)
            assert.equal(count, 0, what);
        else
            chiSquare += (count - expected) ** 2 / expected;
    }
    assert.ok(chiSquare < 140, `${what}: ${chiSquare}`);
}
