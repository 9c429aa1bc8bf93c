// Package web imports the store, and a camera through media.
package web

import (
	_ "github.com/jasmincam/jasmincam/internal/backend/store"
)
