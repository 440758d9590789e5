// Package ruling finds the rules of a page. On a page that may lie askew it follows what is
// thin, and darker or lighter than both its sides (Follow). On a straight one it makes rules of
// the map of the page (package rulemap), and says how surely one is printed between two points
// (Evidence).
//
// It must not know what cells the rules make, nor anything of text but that
// strokes of it look like short rules.
package ruling
