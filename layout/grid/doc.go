// Package grid makes tables of rules: rules that meet are one table, those on one
// line a line of its grid, and the positions that no edge parts are a cell.
// What rules cannot tell (headings on a ground of the rules' own colour, rules
// that were lost) is told by grounds and gaps in the text.
// Drawings whose lines look like a table's are left out.
//
// It must not know how a rule is told from a stroke of text: that it asks of
// package ruling. It knows nothing of what is written, nor of tables without
// rules.
package grid
