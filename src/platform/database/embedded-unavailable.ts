/**
 * The embedded database cannot run here. The message is for the operator: one text in plain English that says what is
 * missing and offers the two ways out. `server.ts` prints it and stops.
 */
export class EmbeddedUnavailable extends Error {
  constructor(missing: string, options?: ErrorOptions) {
    super(
      [
        `The built-in database cannot run on this machine: ${missing}`,
        'Two ways out:',
        '  - set MONGODB_URI to the address of a MongoDB server, for example MONGODB_URI=mongodb://localhost:27017/jinfo',
        '  - or run everything in containers, database included: docker compose up (compose.yaml)',
      ].join('\n'),
      options,
    );
    this.name = 'EmbeddedUnavailable';
  }
}
