// Package straighten makes a page of a picture that is turned, tilted or bent:
// from the rules that were followed on it, those that their map shows, or where it has
// none from its text, it finds the warp that makes them straight, level and plumb, and
// resamples the picture once through all warps. Streaks are taken off before.
//
// It must not know tables, nor which of the rules are part of one.
package straighten
