package screen

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// lookEvery is how often a system is asked that does not tell by itself.
const lookEvery = 200 * time.Millisecond

// Watch tells seen with false when nothing of the window can be seen any more,
// because it is minimised, hidden or covered, and with true when it can again,
// until ctx ends. A window counts as seen at first. Where the system does not
// tell, Watch waits for the end of ctx alone: on Wayland, which asks for no
// pictures of what cannot be seen, and on macOS. On Windows a covered window
// counts as seen. It must not be called on the window's goroutine; seen is
// called on that of Watch.
func Watch(ctx context.Context, w fyne.Window, seen func(seen bool)) {
	if handle := native(ctx, w); handle != nil {
		watch(ctx, handle, seen)
	}
	<-ctx.Done()
}

// native waits until the system has made the window, and returns the toolkit's
// name for it; nil where there is none.
func native(ctx context.Context, w fyne.Window) any {
	n, ok := w.(driver.NativeWindow)
	if !ok {
		return nil
	}
	beat := time.NewTicker(lookEvery)
	defer beat.Stop()
	for {
		answer := make(chan any, 1)
		fyne.Do(func() { n.RunNative(func(handle any) { answer <- handle }) })
		select {
		case handle := <-answer:
			if made(handle) {
				return handle
			}
		case <-ctx.Done():
			return nil
		}
		select {
		case <-beat.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// made tells whether the window is there already.
func made(handle any) bool {
	switch h := handle.(type) {
	case driver.X11WindowContext:
		return h.WindowHandle != 0
	case driver.WindowsWindowContext:
		return h.HWND != 0
	}
	return true
}
