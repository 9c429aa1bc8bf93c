// Package client is fine.
package client

import "errors"

var ErrFine = errors.New("fine")
