// Package settings holds what the window remembers between two starts: typed
// values, each with a key, a default and a range.
//
// In: a folder. Out: a Store, whose Values any goroutine may read and change.
// The values are one JSON object of flat keys in FILE, written whole and by
// renaming. Keys that this version does not know are kept. A value that is out
// of its range, or of another type, becomes its default or the nearest that is
// allowed. A file that is not a JSON object is set aside beside the new one, and
// Open says so in a sentence. No secret is ever written here.
//
// Goroutines: none. Save writes in its caller's; whoever calls it waits for the
// disk.
package settings
