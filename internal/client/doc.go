// Package client reaches a backend's domain services over HTTP: the API and the
// event streams of docs/PROTOCOL.md.
//
// Data in: one backend address and one account's session token. Data out: the
// nouns of package domain, and *domain.Error with a sentence for a person. A
// Client is straight-line: it never retries and never follows a redirect, so
// that the token goes to the address it belongs to and to no other.
//
// Goroutines: none of its own, apart from those of net/http. A Client may be
// used from many goroutines at once.
package client
