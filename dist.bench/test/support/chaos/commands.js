const IDPS = ['azur', 'blau', 'cyan', 'drab', 'ecru', 'fawn', 'gold', 'hazel'];
/** Commands as people and scheduled jobs give them, drawn at random: two thirds of them change something. */
export function drawCommand(random, number, tokens) {
    const idp = random.pick(IDPS);
    const draw = random.below(100);
    if (draw < 16)
        return { words: ['idp', 'add', idp, '--kind', 'generic'], action: 'idp.add' };
    if (draw < 30) {
        const mark = `Name ${number}`;
        return { words: ['idp', 'update', idp, '--display-name', mark], action: 'idp.update', mark };
    }
    if (draw < 35)
        return { words: ['idp', 'disable', idp], action: 'idp.disable' };
    if (draw < 40)
        return { words: ['idp', 'enable', idp], action: 'idp.enable' };
    if (draw < 44) {
        return { words: ['idp', 'remove', idp, '--confirm', idp, '--yes'], action: 'idp.remove' };
    }
    if (draw < 54)
        return { words: ['token', 'create', '--idp', idp], action: 'token.create' };
    if (draw < 60)
        return { words: ['token', 'rotate', '--idp', idp], action: 'token.rotate' };
    if (draw < 63)
        return { words: ['token', 'rotate', '--idp', idp, '--now'], action: 'token.rotate' };
    if (draw < 68 && tokens.length > 0) {
        return { words: ['token', 'revoke', random.pick(tokens), '--yes'], action: 'token.revoke' };
    }
    if (draw < 70)
        return random.pick(THOROUGH);
    return { words: [...random.pick(READING)] };
}
/** Those that look at everything; they take their time. */
const THOROUGH = [
    { words: ['db', 'verify'] },
    { words: ['host', 'status'], waits: 4 },
    { words: ['check'] },
];
const READING = [
    ['db', 'status'],
    ['idp', 'list'],
    ['token', 'list'],
    ['users', 'pending'],
    ['seats'],
    ['audit', 'list', '--limit', '20'],
    ['audit', 'seal', '--margin', '1s'],
    ['audit', 'verify'],
    ['check', 'schema', 'saml', 'token'],
];
