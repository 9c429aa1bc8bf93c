//go:build !unix || darwin

package screen

// HasTray tells whether the desktop has a place for signs beside its clock: here
// it always has.
func HasTray(string) bool { return true }
