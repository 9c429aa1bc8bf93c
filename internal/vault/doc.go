// Package vault keeps secrets between two starts of the app: revocable device
// tokens, never passwords.
//
//	Keyring  the system's own: Secret Service, macOS Keychain, Windows Credential Manager
//	Sealed   a file sealed with a passphrase that she types
//	Memory   nothing is kept; the caller warns her
//
// Data in and out: names of at most MaxName bytes and secrets of at most
// MaxSecret bytes. Errors are *domain.Error with a sentence for a person;
// KindNotFound says that there is no such secret.
//
// Goroutines: a Keyring has one, which alone talks to the system, because a
// keyring may wait for a person who is asked to unlock it. Callers wait for at
// most Patience; Close waits as long. A Sealed file is written whole and by
// renaming, under its own lock.
package vault
