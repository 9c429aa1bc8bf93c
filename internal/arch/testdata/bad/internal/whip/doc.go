// Package whip is fine.
package whip
