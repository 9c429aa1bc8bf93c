package database

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"
)

// NewID is random, 130 bits.
func NewID() string { return rand.Text() }

// OrderedID is random and grows with time, so that what happens within one
// millisecond keeps its order.
func OrderedID() string {
	return uuid.Must(uuid.NewV7()).String() // fails only without randomness, and that ends the program anyway
}

// Hex is how hashes are kept, the same in both databases.
func Hex(hash []byte) string { return hex.EncodeToString(hash) }

// maxStrokes is how many marks may be piled on a letter; more are dropped, because
// they are drawn over the lines above and below.
const maxStrokes = 4

// Clean makes one line of a text: no control characters, and none that turn the
// direction of what stands around it, and no piles of marks. A text that nobody
// would see is "".
func Clean(text string) string {
	strokes := 0
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			strokes = 0
		} else if strokes++; strokes > maxStrokes {
			return -1
		}
		switch {
		case r == '\n' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
	if !strings.ContainsFunc(text, visible) {
		return ""
	}
	return text
}

func visible(r rune) bool {
	const emptyBraille = '\u2800'
	return r != emptyBraille && !unicode.In(r, unicode.White_Space, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Marks makes the list of an IN (…), its first mark having a number, and its arguments.
func Marks[T any](values []T, first int) (marks string, args []any) {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
		args = append(args, v)
	}
	return b.String(), args
}
