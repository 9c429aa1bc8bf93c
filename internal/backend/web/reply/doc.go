// Package reply is what the API and the pages both answer with: the table from
// a domain.Kind to a status, error bodies, JSON and the two cookies.
//
// Data in: values and errors of package domain. Data out: bytes on an
// http.ResponseWriter. It knows no routes and starts no goroutines.
package reply
