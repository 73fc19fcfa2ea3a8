/**
 * jsonld keeps the nodes of a document in plain objects, by their ids. A reference to a node called `__proto__` makes it
 * write into the prototype of all objects, after which every document of this process reads wrong until it is started
 * anew. Nothing here adds anything to that prototype, so nothing may: the attempt ends in a TypeError instead. What the
 * prototype has already can still be replaced on any object, as libraries do.
 */
Object.preventExtensions(Object.prototype);

/** Whether an error is such an attempt. The id was relative, so it would mean nothing even if it were kept. */
export const writesToPrototype = (error: unknown): boolean =>
  error instanceof TypeError && error.message.endsWith('object is not extensible');
