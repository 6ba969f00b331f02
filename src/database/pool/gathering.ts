interface Asked<Q, A> {
  question: Q;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

/** Makes what answers, all at once, whatever it is asked before the present turn of the event loop is over. */
export function gathering<Q, A>(
  answerAll: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  let waiting: Asked<Q, A>[] = [];
  const answer = (asked: readonly Asked<Q, A>[]) =>
    answerAll(asked.map(({ question }) => question)).then(
      (answers) => {
        for (const [at, { resolve }] of asked.entries()) resolve(answers[at] as A);
      },
      (error: unknown) => {
        for (const { reject } of asked) reject(error);
      },
    );
  return (question) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) {
        process.nextTick(() => {
          const asked = waiting;
          waiting = [];
          void answer(asked);
        });
      }
      waiting.push({ question, resolve, reject });
    });
}
