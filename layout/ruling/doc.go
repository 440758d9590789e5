// Package ruling finds the rules of a page: it follows what is thin, and darker
// or lighter than both its sides, and says how surely there is a rule between
// two points. All evidence for a rule is measured here: that of a trace that was
// followed, that of the blocks of a line, which tell dashes and pieces as well, and
// that of the edge of a ground that hides the rules on it.
//
// It must not know what cells the rules make, nor anything of text but that
// strokes of it look like short rules.
package ruling
