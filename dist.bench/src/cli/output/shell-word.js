/**
 * A word of a command line that people paste, the same in sh, PowerShell and cmd wherever there is a form
 * that all three read alike; else in the form of the platform's own shell.
 */
export function shellWord(text, platform) {
    if (/^[\p{L}\p{N}_./][\p{L}\p{N}_./:-]*$/u.test(text))
        return text;
    // Inside double quotes these still mean something to one or another of the three.
    if (text !== '' && !/["$`!%\\\p{Cc}\u201C-\u201E]/u.test(text))
        return `"${text}"`;
    if (platform === 'win32')
        return `'${text.replaceAll("'", "''")}'`;
    return `'${text.replaceAll("'", "'\\''")}'`;
}
