// Package borderless finds tables that few rules bound or none: what is printed
// outside of ruled tables is joined into words and lines, columns are where
// gutters run through most lines, rows where most columns have text. Prose, charts
// and letters have aligned text as well, so fitted trees tell which are tables.
//
// It must not know how rules are found or what ruled tables are made of, only
// where they are; and nothing of what is written.
package borderless
