// Package media imports a sound library, and may import whip.
package media

import (
	_ "github.com/gen2brain/malgo"
	_ "github.com/jasmincam/jasmincam/internal/whip"
)
