// Package encode imports the client, which it may not, and testkit.
package encode

import (
	_ "github.com/jasmincam/jasmincam/internal/client"
	_ "github.com/jasmincam/jasmincam/internal/testkit"
)
