// Package web is the backend's face: the JSON API, the event streams, the
// payment provider's webhook and the pages (in package page), as one
// http.Handler. docs/PROTOCOL.md is its contract.
//
// Data in: HTTP requests. Each gets an actor (who, from where, in which
// country) in its context, and the services of package domain do the rest.
// Data out: JSON, HTML and server-sent events. Nothing that goes to a viewer
// holds an account id, a person, an e-mail or an address (domain rule 4); logs
// hold no address, token or chat text.
//
// Goroutines: none of its own. An event stream lives in the goroutine of its
// request; Close ends all streams and waits for them.
package web
