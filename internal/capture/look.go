package capture

import "image"

// MaxZoom bounds Look.Zoom: beyond it a webcam's picture is only blocks.
const MaxZoom = 4.0

// Look is what becomes of every picture before anybody sees it, the same for
// preview, members and stills. The zero value leaves it as the camera sends it.
type Look struct {
	Mirror  bool
	Zoom    float64  // 1 to MaxZoom; less is 1: the whole picture
	X, Y    float64  // 0 to 1: the centre of what is kept, moved so that it stays inside
	Overlay *Overlay // nil: none
}

// Overlay is an image that lies over the picture, such as a logo. It is never
// mirrored or zoomed.
type Overlay struct {
	Picture image.Image
	X, Y    float64 // 0 to 1: 0, 0 is the upper left corner, 1, 1 the lower right one; it is always inside
	Width   float64 // 0 to 1 of the picture's width; its height follows from its shape
}
