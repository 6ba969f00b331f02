const KEPT = 100;
/** Findings in the order in which they come up: all are counted, the first hundred are kept. */
export class Findings {
    list = [];
    count = 0;
    add(finding) {
        this.count++;
        if (this.list.length < KEPT)
            this.list.push(finding);
    }
}
