/** What every endpoint answers: 200 bytes of JSON. The client programs in the other languages expect the same length. */
const start = '{"id":"4711","name":"a thing","items":"';
const end = '"}';

export const answerBody = `${start}${'x'.repeat(200 - start.length - end.length)}${end}`;
