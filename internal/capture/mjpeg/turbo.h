// libjpeg-turbo straight to I420 planes.
#ifndef JASMIN_TURBO_H
#define JASMIN_TURBO_H
#include <stddef.h>
#include <stdint.h>

typedef struct jc_jpeg jc_jpeg;

typedef struct {
	uint8_t *y, *cb, *cr;
	int ystride, cstride, w, h;
} jc_planes;

enum { JC_OK, JC_FAILED, JC_DAMAGED, JC_SIZE, JC_KIND, JC_MEMORY };

jc_jpeg *jc_jpeg_new(void); // NULL: no memory
void jc_jpeg_free(jc_jpeg *d);
// Decodes one picture of exactly the size of out; keeps no pointer to data.
int jc_jpeg_decode(jc_jpeg *d, const uint8_t *data, size_t len, jc_planes out);
// The library's own words on the last picture.
const char *jc_jpeg_message(jc_jpeg *d);
#endif
