// Package domain is the vocabulary of JasminCam: the nouns, the closed lists of
// states and kinds, the service interfaces and the one Error type.
//
// Data in and out: plain values only; every other room imports this package and
// this package imports nothing of the project. The same service interfaces are
// implemented by the backend (over its store) and by the app's client (over
// HTTP), and one suite tests both. No goroutines.
//
// Who acts is carried by the context (see Actor): the backend reads it there,
// the client is bound to one account's token and ignores it.
package domain
