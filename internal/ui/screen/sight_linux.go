package screen

/*
#cgo LDFLAGS: -lxcb
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <xcb/xcb.h>

// A connection of our own: the toolkit's is busy with its own events.
typedef struct {
	xcb_connection_t *c;
	xcb_window_t window;
	xcb_atom_t state; // WM_STATE of ICCCM 4.1.3.1
	int covered;
} jc_sight;

static void jc_close(jc_sight *s)
{
	xcb_disconnect(s->c); // takes an erroneous one, too
	free(s);
}

static jc_sight *jc_open(uint32_t window)
{
	jc_sight *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	s->c = xcb_connect(NULL, NULL);
	s->window = window;
	xcb_intern_atom_reply_t *atom = xcb_intern_atom_reply(s->c, xcb_intern_atom(s->c, 0, strlen("WM_STATE"), "WM_STATE"), NULL);
	if (!atom) {
		jc_close(s);
		return NULL;
	}
	s->state = atom->atom;
	free(atom);
	uint32_t mask = XCB_EVENT_MASK_VISIBILITY_CHANGE | XCB_EVENT_MASK_STRUCTURE_NOTIFY | XCB_EVENT_MASK_PROPERTY_CHANGE;
	xcb_change_window_attributes(s->c, window, XCB_CW_EVENT_MASK, &mask);
	xcb_flush(s->c);
	return s;
}

// jc_seen asks for what no event carries: whether the window and all around it
// are on the screen, and whether it is an icon (state 3). -1: it is gone.
static int jc_seen(jc_sight *s)
{
	xcb_get_window_attributes_cookie_t a = xcb_get_window_attributes(s->c, s->window);
	xcb_get_property_cookie_t p = xcb_get_property(s->c, 0, s->window, s->state, s->state, 0, 1);
	xcb_get_window_attributes_reply_t *attributes = xcb_get_window_attributes_reply(s->c, a, NULL);
	xcb_get_property_reply_t *state = xcb_get_property_reply(s->c, p, NULL);
	int seen = -1;
	if (attributes) {
		int icon = state && state->format == 32 && state->length > 0 && *(uint32_t *)xcb_get_property_value(state) == 3;
		seen = attributes->map_state == XCB_MAP_STATE_VIEWABLE && !icon && !s->covered;
	}
	free(attributes);
	free(state);
	return seen;
}

// jc_next waits for news of the window: 1 there may be some, 0 none, -1 the end.
static int jc_next(jc_sight *s)
{
	xcb_generic_event_t *e = xcb_wait_for_event(s->c);
	int news = 0;
	if (!e)
		return -1;
	switch (e->response_type & 0x7f) {
	case XCB_VISIBILITY_NOTIFY:
		s->covered = ((xcb_visibility_notify_event_t *)e)->state == XCB_VISIBILITY_FULLY_OBSCURED;
		news = 1;
		break;
	case XCB_PROPERTY_NOTIFY:
		news = ((xcb_property_notify_event_t *)e)->atom == s->state;
		break;
	case XCB_MAP_NOTIFY:
	case XCB_UNMAP_NOTIFY:
	case XCB_REPARENT_NOTIFY:
		news = 1;
		break;
	case XCB_DESTROY_NOTIFY:
		news = -1;
		break;
	}
	free(e);
	return news;
}

static void jc_stop(jc_sight *s) { shutdown(xcb_get_file_descriptor(s->c), SHUT_RDWR); }
*/
import "C"

import (
	"context"

	"fyne.io/fyne/v2/driver"
)

// watch follows an X11 window by the server's own events: it costs nothing
// while nothing happens.
func watch(ctx context.Context, handle any, seen func(bool)) {
	x, ok := handle.(driver.X11WindowContext)
	if !ok {
		return
	}
	s := C.jc_open(C.uint32_t(x.WindowHandle))
	if s == nil { // the server takes no second connection: the window counts as seen
		return
	}
	defer C.jc_close(s)
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(ended); C.jc_stop(s) })
	defer func() {
		if !stop() {
			<-ended
		}
	}()
	before := true
	for {
		now := C.jc_seen(s)
		if now < 0 {
			return
		}
		if (now == 1) != before {
			before = now == 1
			seen(before)
		}
		news := C.jc_next(s)
		for news == 0 {
			news = C.jc_next(s)
		}
		if news < 0 {
			return
		}
	}
}
