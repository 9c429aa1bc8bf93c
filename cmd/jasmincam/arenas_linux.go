//go:build linux && cgo

package main

/*
#include <malloc.h>

static void few_arenas(void) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024);
#endif
}
*/
import "C"

// fewArenas has the C library hold memory together. By itself it opens an arena for
// each of many threads and gives little of one back, so that the renderer, the codecs
// and the sound library grow for hours although they hold no more than before.
func fewArenas() { C.few_arenas() }
