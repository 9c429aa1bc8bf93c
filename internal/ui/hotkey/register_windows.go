package hotkey

import (
	"context"
	"errors"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Numbers of winuser.h.
const (
	modAlt, modControl, modShift, modNoRepeat = 0x1, 0x2, 0x4, 0x4000
	firstFunction                             = 0x70 // VK_F1; letters and digits are their own
	messageHotkey, messageQuit                = 0x312, 0x12
	errorTaken                                = windows.Errno(1409) // ERROR_HOTKEY_ALREADY_REGISTERED
)

// message is MSG.
type message struct {
	window  uintptr
	kind    uint32
	w, l    uintptr
	time    uint32
	x, y    int32
	private uint32
}

// hold registers the key for this thread, whose queue tells of it.
func hold(ctx context.Context, k key, held, pressed func()) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	user := windows.NewLazySystemDLL("user32.dll")
	next := user.NewProc("GetMessageW")
	// The thread has a queue, which can be told of the end, once it has looked for one.
	var m message
	_, _, _ = user.NewProc("PeekMessageW").Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0, 0)
	if ok, _, err := user.NewProc("RegisterHotKey").Call(0, 1, uintptr(k.modifiers()), uintptr(k.code())); ok == 0 {
		if errors.Is(err, errorTaken) {
			return ErrTaken
		}
		return ErrNoWay
	}
	defer func() { _, _, _ = user.NewProc("UnregisterHotKey").Call(0, 1) }() // it ends with the thread anyway
	thread := windows.GetCurrentThreadId()
	told := make(chan struct{})
	quiet := context.AfterFunc(ctx, func() {
		defer close(told)
		_, _, _ = user.NewProc("PostThreadMessageW").Call(uintptr(thread), messageQuit, 0, 0) // the queue is there
	})
	defer func() {
		if !quiet() {
			<-told
		}
	}()
	held()
	for {
		got, _, _ := next.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		switch int32(got) {
		case 0:
			return nil
		case -1:
			return ErrNoWay
		}
		if m.kind == messageHotkey {
			pressed()
		}
	}
}

func (k key) code() uint32 {
	if k.function > 0 {
		return uint32(firstFunction + k.function - 1) // 1 to 12
	}
	return uint32(k.sign)
}

func (k key) modifiers() uint32 {
	mask := uint32(modNoRepeat)
	if k.ctrl {
		mask |= modControl
	}
	if k.alt {
		mask |= modAlt
	}
	if k.shift {
		mask |= modShift
	}
	return mask
}
