// Package testkit is fine.
package testkit
