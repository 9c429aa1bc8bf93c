// Package store imports media, which it may not.
package store

import _ "github.com/jasmincam/jasmincam/internal/backend/media"
