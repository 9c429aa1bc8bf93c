// Package backend is fine: it may import its own.
package backend

import _ "github.com/jasmincam/jasmincam/internal/backend/web"
