package assets

import (
	"embed"
	"io/fs"
)

// Icon is the app's, a PNG.
//
//go:embed icon.png
var Icon []byte

//go:embed icons/*.svg
var icons embed.FS

//go:embed words/*.json
var words embed.FS

// Sign returns the SVG of a sign such as "chat"; nil when there is none.
func Sign(name string) []byte {
	svg, err := icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return nil
	}
	return svg
}

// Words are the window's catalogues, a LANGUAGE.json each.
func Words() fs.FS {
	sub, err := fs.Sub(words, "words")
	if err != nil {
		return words // the name is a valid one, so this cannot be
	}
	return sub
}
