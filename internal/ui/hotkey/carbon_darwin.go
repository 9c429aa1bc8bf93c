//go:build cgo

package hotkey

/*
#cgo LDFLAGS: -framework Carbon
#include <Carbon/Carbon.h>
#include <dispatch/dispatch.h>
#include <unistd.h>

// hotkey_tell writes a byte for each press.
static OSStatus hotkey_tell(EventHandlerCallRef next, EventRef event, void *to) {
	char press = 1;
	return write((int)(intptr_t)to, &press, 1) == 1 ? noErr : eventNotHandledErr;
}

struct hotkey {
	EventHotKeyRef key;
	EventHandlerRef handler;
	OSStatus status;
};

// hotkey_take registers the key on the main thread, where its events come.
static struct hotkey hotkey_take(UInt32 code, UInt32 modifiers, int to) {
	__block struct hotkey h = {0};
	dispatch_sync(dispatch_get_main_queue(), ^{
		EventTypeSpec kind = {kEventClassKeyboard, kEventHotKeyPressed};
		EventHotKeyID id = {'jscm', 1};
		h.status = InstallEventHandler(GetApplicationEventTarget(), hotkey_tell, 1, &kind, (void *)(intptr_t)to, &h.handler);
		if (h.status != noErr) return;
		h.status = RegisterEventHotKey(code, modifiers, id, GetApplicationEventTarget(), kEventHotKeyExclusive, &h.key);
		if (h.status != noErr) RemoveEventHandler(h.handler);
	});
	return h;
}

// hotkey_give gives the key back, and closes the pipe when nothing writes to it.
static void hotkey_give(struct hotkey h, int to) {
	dispatch_async(dispatch_get_main_queue(), ^{
		UnregisterEventHotKey(h.key);
		RemoveEventHandler(h.handler);
		close(to);
	});
}
*/
import "C"

import (
	"context"
	"os"

	"golang.org/x/sys/unix"
)

// hold registers the key with Carbon, which tells of it on the main thread by a byte
// in a pipe. The toolkit runs the main thread's queue.
func hold(ctx context.Context, k key, held, pressed func()) error {
	code, ok := k.code()
	if !ok {
		return ErrNoWay
	}
	var pipe [2]int
	if err := unix.Pipe(pipe[:]); err != nil {
		return os.NewSyscallError("pipe", err)
	}
	presses, tell := os.NewFile(uintptr(pipe[0]), "presses"), C.int(pipe[1])
	defer func() { _ = presses.Close() }() // nobody reads on
	taken := C.hotkey_take(C.UInt32(code), C.UInt32(k.modifiers()), tell)
	if taken.status != C.noErr {
		_ = unix.Close(pipe[1])
		if taken.status == C.eventHotKeyExistsErr {
			return ErrTaken
		}
		return ErrNoWay
	}
	defer C.hotkey_give(taken, tell)
	quiet := context.AfterFunc(ctx, func() { _ = presses.Close() }) // ends Read
	defer quiet()
	held()
	for press := make([]byte, 1); ; {
		if _, err := presses.Read(press); err != nil {
			return nil
		}
		pressed()
	}
}

// code is the key's place on the keyboard (Events.h); letters differ by layout, so
// only the function keys are taken.
func (k key) code() (uint32, bool) {
	codes := []uint32{0x7a, 0x78, 0x63, 0x76, 0x60, 0x61, 0x62, 0x64, 0x65, 0x6d, 0x67, 0x6f}
	if k.function < 1 || k.function > len(codes) {
		return 0, false
	}
	return codes[k.function-1], true
}

func (k key) modifiers() (mask uint32) {
	if k.ctrl {
		mask |= C.cmdKey // the toolkit's Ctrl of shortcuts
	}
	if k.alt {
		mask |= C.optionKey
	}
	if k.shift {
		mask |= C.shiftKey
	}
	return mask
}
