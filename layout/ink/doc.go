// Package ink finds what is printed on a part of a grey picture: the tone of the
// ground, what differs from it by more than its grain, the marks that this makes,
// and the lines of text they stand in. It is the only place that says what ground
// is, what ink is, and how high text is.
//
// It must not know rules, grids, or why a part of the picture is asked for.
package ink
