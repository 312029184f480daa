import type ts from 'typescript';
import { type House } from './house.ts';
import { type HouseGraph, type ImportEdge, type SourceUnit } from './import-graph.ts';
import { placeOf, type Place } from './place.ts';
import { lineOf } from './syntax.ts';

/** One place that breaks a rule. `found` says what stands there. */
export interface Violation {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly found: string;
}

/** One law of the house, in words and as a check. */
export interface Rule {
  readonly id: string;
  /** A warning is told and fails nothing; `error` when absent. */
  readonly severity?: 'error' | 'warning';
  readonly sentence: string;
  /** What goes wrong without it. */
  readonly why: string;
  /** How to mend a violation: stands in the message that the developer reads. */
  readonly mend: string;
  check(house: House): Violation[];
}

/** One import with both ends placed; `to` is null when it names a package. */
export interface PlacedImport {
  readonly unit: SourceUnit;
  readonly from: Place;
  readonly edge: ImportEdge;
  readonly to: Place | null;
}

/** A check that judges imports one by one: `fault` answers what is wrong, or null. */
export function eachImport(
  units: (graph: HouseGraph) => readonly SourceUnit[],
  fault: (placed: PlacedImport) => string | null,
): Rule['check'] {
  return (graph) =>
    units(graph).flatMap((unit) =>
      unit.imports.flatMap((edge) => {
        const to = edge.target === null ? null : placeOf(edge.target);
        const found = fault({ unit, from: unit.place, edge, to });
        return found === null ? [] : [{ file: unit.path, line: edge.line, found }];
      }),
    );
}

/** A check that judges nodes of the syntax one by one: `fault` answers what is wrong, or null. */
export function eachNode(
  units: (graph: HouseGraph) => readonly SourceUnit[],
  fault: (node: ts.Node, unit: SourceUnit) => string | null,
): Rule['check'] {
  return (graph) =>
    units(graph).flatMap((unit) =>
      unit.nodes.flatMap((node) => {
        const found = fault(node, unit);
        return found === null ? [] : [{ file: unit.path, line: lineOf(unit.syntax, node), found }];
      }),
    );
}

/** A check that judges paths of files one by one: `fault` answers what is wrong, or null. */
export function eachPath(fault: (path: string, place: Place) => string | null): Rule['check'] {
  return ({ tree }) =>
    [...tree.keys()]
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => {
        const found = fault(path, placeOf(path));
        return found === null ? [] : [{ file: path, line: 1, found }];
      });
}
