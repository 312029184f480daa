// ESLint reads only this name; the rules stand in the file that the layout of the project names.
export { default } from './.eslintrc.js';
