// Package seal takes red seals off a picture: it finds them by colour and shape,
// and gives back what their ink took from the paper, so that the print under them
// stays. It says where they lay, and returns a new picture.
//
// It must not know tables, or what is printed under a seal.
package seal
