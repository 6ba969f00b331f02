/** Whether opening the database finds one; an embedded one that is not there yet would be made. */
export async function databaseExists(settings) {
    if (settings.engine !== 'embedded')
        return true;
    const { holdsData } = await import('./embedded/data-directory.js');
    return holdsData(settings.directory);
}
