package screen

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// frame is the title bar of a window, in pixels.
const frame = 40

// Room is how large a window may be on the first monitor, in pixels; 0 where it
// is not known.
func Room() (width, height int) {
	const workArea = 0x30 // SPI_GETWORKAREA
	var r windows.Rect
	ok, _, _ := windows.NewLazySystemDLL("user32.dll").NewProc("SystemParametersInfoW").Call(workArea, 0, uintptr(unsafe.Pointer(&r)), 0) // the last result only repeats the first
	if ok == 0 {
		return 0, 0
	}
	return int(r.Right - r.Left), int(r.Bottom-r.Top) - frame
}
