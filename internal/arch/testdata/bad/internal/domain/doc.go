// Package domain imports more than the standard library.
package domain

import _ "github.com/google/uuid"
