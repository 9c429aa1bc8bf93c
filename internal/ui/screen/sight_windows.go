package screen

import (
	"context"
	"time"

	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

// watch asks now and then whether the window is minimised or hidden.
func watch(ctx context.Context, handle any, seen func(bool)) {
	w, ok := handle.(driver.WindowsWindowContext)
	if !ok {
		return
	}
	user := windows.NewLazySystemDLL("user32.dll")
	isIconic, isVisible := user.NewProc("IsIconic"), user.NewProc("IsWindowVisible")
	beat := time.NewTicker(lookEvery)
	defer beat.Stop()
	before := true
	for {
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
		icon, _, _ := isIconic.Call(w.HWND)     // the last result only repeats
		visible, _, _ := isVisible.Call(w.HWND) // what the first one tells
		if now := icon == 0 && visible != 0; now != before {
			before = now
			seen(now)
		}
	}
}
