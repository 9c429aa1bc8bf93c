// Package hotkey has one key work in the whole system, whatever program has the
// keyboard.
//
// In: the name of a key, such as "F12" or "Ctrl+M", and what its press does. Out:
// the calls, or why the system does not give the key away. On X11 the key is grabbed
// at the root window over a connection of its own, on Windows and macOS the system
// is asked to tell of it. Wayland has no way for a program to ask; there the X server
// for programs such as this one gives it while one of those has the keyboard. The code
// of macOS is built by reading, and was never run.
//
// Goroutines: none of its own. Hold works in its caller's until it ends, on a thread
// that it keeps; on macOS the calls come from the main thread.
package hotkey
