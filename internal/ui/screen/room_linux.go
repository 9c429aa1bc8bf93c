package screen

/*
#cgo LDFLAGS: -lxcb
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>

// jc_room tells how large the screen is, and how much of it panels leave
// (_NET_WORKAREA of EWMH: x, y, width and height of each desktop); 0 without a
// server. managed tells whether somebody frames the windows.
static void jc_room(int *width, int *height, int *managed)
{
	xcb_connection_t *c = xcb_connect(NULL, NULL);
	xcb_screen_t *screen = xcb_connection_has_error(c) ? NULL : xcb_setup_roots_iterator(xcb_get_setup(c)).data;
	if (screen) {
		*width = screen->width_in_pixels;
		*height = screen->height_in_pixels;
		xcb_intern_atom_reply_t *atom = xcb_intern_atom_reply(c, xcb_intern_atom(c, 1, strlen("_NET_WORKAREA"), "_NET_WORKAREA"), NULL);
		xcb_get_property_reply_t *area = NULL;
		if (atom && atom->atom)
			area = xcb_get_property_reply(c, xcb_get_property(c, 0, screen->root, atom->atom, XCB_ATOM_CARDINAL, 0, 4), NULL);
		if (area && area->format == 32 && area->value_len == 4) {
			uint32_t *v = xcb_get_property_value(area);
			if (v[2] > 0 && v[3] > 0 && v[2] <= screen->width_in_pixels && v[3] <= screen->height_in_pixels) {
				*width = v[2];
				*height = v[3];
				*managed = 1;
			}
		}
		free(area);
		free(atom);
	}
	xcb_disconnect(c); // takes an erroneous one, too
}
*/
import "C"

// frame is what a window manager puts around a window, in pixels.
const frame = 40

// Room is how large a window may be on the screen, in pixels; 0 where it is not
// known. Several monitors count as one.
func Room() (width, height int) {
	var w, h, managed C.int
	C.jc_room(&w, &h, &managed)
	if managed != 0 {
		h -= frame
	}
	return int(w), int(h)
}
