// Package arch holds the project to its own rules: which room may import
// which, and laws that can be read off the source. In: a module's folder, as
// go/parser sees it. Out: Findings, each with a place and a
// sentence. It starts no goroutine.
//
// A law that proves wrong is changed here, with the reason in
// docs/DECISIONS.md; an exception is listed beside its law with its reason.
package arch
