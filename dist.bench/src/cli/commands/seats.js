import { readSeats } from '../../core/seats.js';
const COLUMNS = [
    { key: 'licenceType', label: 'POOL' },
    { key: 'order', label: 'ORDER', align: 'right' },
    { key: 'total', label: 'TOTAL', align: 'right' },
    { key: 'used', label: 'USED', align: 'right' },
    { key: 'free', label: 'FREE', align: 'right' },
];
export const seats = {
    name: 'seats',
    summary: 'Licence pools and their free seats, in the order they are taken',
    examples: [
        { does: 'total, used and free', command: 'seats' },
        { does: 'free seats of all pools', command: "seats -o json | jq 'map(.free) | add'" },
    ],
    rights: { host_licence: 'SELECT' },
    async run(_, context) {
        await context.output.list(await readSeats(await context.core()), COLUMNS, 'The host application has no licence pools.');
    },
};
