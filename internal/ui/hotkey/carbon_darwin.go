//go:build cgo

package hotkey

/*
#cgo LDFLAGS: -framework Carbon
#include <Carbon/Carbon.h>
#include <dispatch/dispatch.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// What is told by one byte.
enum { hotkey_held = 1, hotkey_taken, hotkey_refused, hotkey_pressed };

struct hotkey {
	EventHotKeyRef key;
	EventHandlerRef handler;
	int to; // what is told goes there
};

static OSStatus hotkey_say(int to, char what) {
	ssize_t n;
	do n = write(to, &what, 1); while (n < 0 && errno == EINTR);
	return n == 1 ? noErr : eventNotHandledErr;
}

static OSStatus hotkey_press(EventHandlerCallRef next, EventRef event, void *of) {
	return hotkey_say(((struct hotkey *)of)->to, hotkey_pressed);
}

// hotkey_take asks for the key on the main thread, where its events come, and does not
// wait for it: that thread may be busy, or its loop have ended. It owns to from now on;
// NULL without memory.
static struct hotkey *hotkey_take(UInt32 code, UInt32 modifiers, int to) {
	struct hotkey *h = calloc(1, sizeof *h);
	if (h == NULL) return NULL;
	h->to = to;
	fcntl(to, F_SETNOSIGPIPE, 1); // nobody may read any more
	dispatch_async(dispatch_get_main_queue(), ^{
		EventTypeSpec kind = {kEventClassKeyboard, kEventHotKeyPressed};
		EventHotKeyID id = {'jscm', 1};
		OSStatus status = InstallEventHandler(GetApplicationEventTarget(), hotkey_press, 1, &kind, h, &h->handler);
		if (status == noErr)
			status = RegisterEventHotKey(code, modifiers, id, GetApplicationEventTarget(), kEventHotKeyExclusive, &h->key);
		hotkey_say(h->to, status == noErr ? hotkey_held : status == eventHotKeyExistsErr ? hotkey_taken : hotkey_refused);
	});
	return h;
}

// hotkey_give gives the key back. The queue keeps its order: what takes it has run.
static void hotkey_give(struct hotkey *h) {
	dispatch_async(dispatch_get_main_queue(), ^{
		if (h->key != NULL) UnregisterEventHotKey(h->key);
		if (h->handler != NULL) RemoveEventHandler(h->handler);
		close(h->to);
		free(h);
	});
}
*/
import "C"

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// hold registers the key with Carbon, which tells of it on the main thread by a byte in
// a pipe. The toolkit runs the main thread's queue. Nothing here waits for that thread:
// the end of ctx ends each reading of the pipe.
func hold(ctx context.Context, k key, held, pressed func()) error {
	code, ok := k.code()
	if !ok {
		return ErrNoWay
	}
	from, to, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // nobody reads on
	own, err := unix.FcntlInt(to.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	_ = to.Close() // own is what is written to
	if err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	taken := C.hotkey_take(C.UInt32(code), C.UInt32(k.modifiers()), C.int(own))
	if taken == nil {
		_ = unix.Close(own)
		return ErrNoWay
	}
	defer C.hotkey_give(taken)
	told := make(chan struct{})
	quiet := context.AfterFunc(ctx, func() {
		defer close(told)
		_ = from.SetReadDeadline(time.Unix(1, 0)) // long ago; a pipe knows deadlines
	})
	defer func() {
		if !quiet() {
			<-told
		}
	}()
	for word := make([]byte, 1); ; {
		if _, err := from.Read(word); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return ErrNoWay
		}
		switch word[0] {
		case C.hotkey_held:
			held()
		case C.hotkey_pressed:
			pressed()
		case C.hotkey_taken:
			return ErrTaken
		default:
			return ErrNoWay
		}
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
