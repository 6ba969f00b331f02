import { EventEmitter } from 'node:events';
/**
 * What knex uses of tedious, without a server: every statement is answered a moment after it was sent, one at
 * a time on each connection, as a server does. Like the driver it refuses a second one before the first has its
 * answer.
 */
export function stubTdsDriver() {
    const sent = [];
    let made = 0;
    class Request extends EventEmitter {
        sql;
        done;
        constructor(sql, done) {
            super();
            this.sql = sql;
            this.done = done;
        }
        addParameter() { }
    }
    class Connection extends EventEmitter {
        number = ++made;
        state = { name: 'LoggedIn' };
        closed = false;
        connect(done) {
            setImmediate(done);
        }
        execSql(request) {
            if (this.state.name !== 'LoggedIn') {
                const message = `Requests can only be made in the LoggedIn state, not the ${this.state.name} state`;
                request.done(Object.assign(new Error(message), { code: 'EINVALIDSTATE' }));
                return;
            }
            sent.push({ sql: request.sql, connection: this.number });
            this.#answer(() => {
                request.done(null, 0);
                request.emit('requestCompleted');
            });
        }
        execSqlBatch = this.execSql;
        beginTransaction = (done) => this.#answer(done);
        commitTransaction = (done) => this.#answer(done);
        rollbackTransaction = (done) => this.#answer(done);
        close() {
            this.closed = true;
            setImmediate(() => this.emit('end'));
        }
        #answer(done) {
            this.state = { name: 'SentClientRequest' };
            setTimeout(() => {
                this.state = { name: 'LoggedIn' };
                done();
            }, 2);
        }
    }
    return { driver: { Connection, Request, TYPES: { NVarChar: {}, Int: {} }, ISOLATION_LEVEL: {} }, sent };
}
