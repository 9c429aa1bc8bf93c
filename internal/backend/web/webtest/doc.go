// Package webtest has an in-memory domain.Backend for tests of the pages and
// the API: no database, no media, no passwords worth the name. It keeps the
// rules that the web room relies on (who acts, doors, idempotency, order of
// events) and nothing more. Safe for concurrent use; no goroutines.
package webtest
