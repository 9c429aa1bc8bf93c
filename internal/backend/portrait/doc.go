// Package portrait makes a profile picture out of what a performer sends (domain C5):
// checked within limits before anything is decoded, turned as the camera held it,
// scaled, and written anew as a JPEG, so that no metadata is left.
//
// Data in: a file's bytes. Data out: a JPEG and a hash of what it shows, or a
// domain error whose sentence names what is wrong with the file.
//
// Goroutines: none; at most one picture is decoded at a time.
package portrait
