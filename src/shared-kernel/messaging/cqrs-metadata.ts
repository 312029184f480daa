/*
 * The metadata keys that the decorators of @nestjs/cqrs 12 write (its dist/decorators/constants.js,
 * which the package does not export). A test holds them to the installed package.
 */
export const commandHandlerKey = '__commandHandler__';
export const queryHandlerKey = '__queryHandler__';
export const eventsHandlerKey = '__eventsHandler__';
export const sagaKey = '__saga__';
