//go:build cgo

package hotkey

/*
#cgo LDFLAGS: -lxcb
#include <poll.h>
#include <stdlib.h>
#include <xcb/xcb.h>

// hotkey_code finds the key that types a symbol, 0 when none does. First come those that
// type it in the first alphabet, without Shift: where that is Cyrillic, Latin letters are
// in another one.
static xcb_keycode_t hotkey_code(xcb_connection_t *c, xcb_keysym_t wanted) {
	const xcb_setup_t *setup = xcb_get_setup(c);
	int first = setup->min_keycode, count = setup->max_keycode - first + 1;
	xcb_get_keyboard_mapping_reply_t *map = xcb_get_keyboard_mapping_reply(c, xcb_get_keyboard_mapping(c, first, count), NULL);
	if (map == NULL) return 0;
	const xcb_keysym_t *symbols = xcb_get_keyboard_mapping_keysyms(map);
	xcb_keycode_t found = 0;
	for (int level = 0; level < map->keysyms_per_keycode && found == 0; level++)
		for (int i = 0; i < count && found == 0; i++)
			if (symbols[i * map->keysyms_per_keycode + level] == wanted) found = first + i;
	free(map);
	return found;
}

// hotkey_grab asks for a key with modifiers, whatever Caps Lock and Num Lock say, and
// gives up what it had. It returns 0, or the error of the first refusal.
static int hotkey_grab(xcb_connection_t *c, xcb_keycode_t code, uint16_t modifiers) {
	xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(c)).data->root;
	xcb_ungrab_key(c, XCB_GRAB_ANY, root, XCB_MOD_MASK_ANY);
	const uint16_t locks[] = {0, XCB_MOD_MASK_LOCK, XCB_MOD_MASK_2, XCB_MOD_MASK_LOCK | XCB_MOD_MASK_2};
	for (int i = 0; i < 4; i++) {
		xcb_generic_error_t *e = xcb_request_check(c, xcb_grab_key_checked(c, 0, root, modifiers | locks[i], code,
			XCB_GRAB_MODE_ASYNC, XCB_GRAB_MODE_ASYNC));
		if (e != NULL) {
			int why = e->error_code;
			free(e);
			return why;
		}
	}
	return 0;
}

// hotkey_wait returns 1 with a press, 2 when the keyboard is another, 0 when stop can
// be read, -1 when the server is gone.
static int hotkey_wait(xcb_connection_t *c, int stop) {
	for (;;) {
		xcb_generic_event_t *e = xcb_poll_for_event(c);
		if (e != NULL) {
			int kind = e->response_type & 0x7f;
			free(e);
			if (kind == XCB_KEY_PRESS) return 1;
			if (kind == XCB_MAPPING_NOTIFY) return 2;
			continue;
		}
		if (xcb_connection_has_error(c)) return -1;
		struct pollfd wait[2] = {{.fd = xcb_get_file_descriptor(c), .events = POLLIN}, {.fd = stop, .events = POLLIN}};
		if (poll(wait, 2, -1) > 0 && wait[1].revents) return 0;
	}
}
*/
import "C"

import (
	"context"
	"os"

	"golang.org/x/sys/unix"
)

// firstFunction is the symbol of F1 (X11's keysymdef.h); letters and digits are their
// own, in the small form.
const firstFunction = 0xffbe

// hold grabs the key at the root of the X server of DISPLAY. A change of the keyboard
// gives it up and grabs it anew.
func hold(ctx context.Context, k key, held, pressed func()) error {
	var stop [2]int
	if err := unix.Pipe2(stop[:], unix.O_CLOEXEC); err != nil {
		return os.NewSyscallError("pipe2", err)
	}
	defer func() { _, _ = unix.Close(stop[0]), unix.Close(stop[1]) }() // a pipe without a reader ends by itself
	told := make(chan struct{})
	quiet := context.AfterFunc(ctx, func() {
		defer close(told)
		_, _ = unix.Write(stop[1], []byte{0}) // an empty pipe takes one byte
	})
	defer func() {
		if !quiet() {
			<-told
		}
	}()
	c := C.xcb_connect(nil, nil)
	defer C.xcb_disconnect(c)
	if C.xcb_connection_has_error(c) != 0 {
		return ErrNoWay
	}
	for {
		if err := k.grab(c); err != nil {
			return err
		}
		held()
		held = func() {}
		for again := false; !again; {
			switch C.hotkey_wait(c, C.int(stop[0])) {
			case 1:
				pressed()
			case 2:
				again = true
			case 0:
				return nil
			default:
				return ErrNoWay
			}
		}
	}
}

// grab has the key of the keyboard as it is now, and no other.
func (k key) grab(c *C.xcb_connection_t) error {
	code := C.hotkey_code(c, k.symbol())
	if code == 0 {
		return ErrNoWay
	}
	if C.hotkey_grab(c, code, k.modifiers()) != 0 {
		return ErrTaken
	}
	return nil
}

func (k key) symbol() C.xcb_keysym_t {
	if k.function > 0 {
		return C.xcb_keysym_t(firstFunction + k.function - 1)
	}
	if k.sign >= 'A' {
		return C.xcb_keysym_t(k.sign - 'A' + 'a')
	}
	return C.xcb_keysym_t(k.sign)
}

func (k key) modifiers() (mask C.uint16_t) {
	if k.ctrl {
		mask |= C.XCB_MOD_MASK_CONTROL
	}
	if k.alt {
		mask |= C.XCB_MOD_MASK_1
	}
	if k.shift {
		mask |= C.XCB_MOD_MASK_SHIFT
	}
	return mask
}
