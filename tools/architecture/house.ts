import { type HouseGraph, readGraph } from './import-graph.ts';
import { type DeclaredClass, readClasses } from './model/classes.ts';
import { type ContextReading, readContexts } from './model/declarations.ts';
import { type Handler, readHandlers } from './model/handlers.ts';
import { type Message, type MessageUse, readMessages, readUses } from './model/messages.ts';
import { type NestModule, readModules } from './model/nest-modules.ts';
import { Symbols } from './model/symbols.ts';
import { readTables, readTableUses, type TableMention } from './model/tables.ts';
import { type SourceTree } from './source-tree.ts';

/**
 * The one model of the program that every rule, the context map and the canvases read: files and
 * imports, Nest's modules, handlers, contracts, tables, and what the contexts declare. It is read
 * from the syntax alone; a test holds it to the container of the running program.
 */
export interface House extends HouseGraph {
  readonly symbols: Symbols;
  readonly classes: readonly DeclaredClass[];
  readonly modules: readonly NestModule[];
  readonly messages: readonly Message[];
  readonly uses: readonly MessageUse[];
  readonly handlers: readonly Handler[];
  readonly tables: readonly TableMention[];
  readonly tableUses: readonly TableMention[];
  readonly contexts: readonly ContextReading[];
}

/** Reads the whole model out of the texts of a tree. */
export function readHouse(tree: SourceTree): House {
  const graph = readGraph(tree);
  const symbols = new Symbols(graph);
  const classes = readClasses(graph, symbols);
  const messages = readMessages(classes, symbols);
  return {
    ...graph,
    symbols,
    classes,
    modules: readModules(classes, symbols),
    messages,
    uses: readUses(graph, messages, symbols),
    handlers: readHandlers(classes, symbols),
    tables: readTables(graph),
    tableUses: readTableUses(graph),
    contexts: readContexts(graph),
  };
}
