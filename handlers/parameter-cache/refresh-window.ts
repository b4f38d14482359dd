/**
 * A copy is refreshed at a random moment between these parts of its lifetime, so that environments that started
 * together do not read together.
 */
export const REFRESH_FROM = 0.4;
export const REFRESH_UNTIL = 0.9;
