//go:build linux && !purejpeg

#include "turbo.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jpeglib.h>
#include <jerror.h>

enum { ROWS = 2 * DCTSIZE, COMPONENTS = 3 };

struct jc_jpeg {
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr err;
	jmp_buf trap;
	int damaged;
	char message[JMSG_LENGTH_MAX];
	uint8_t *strip; // one row of blocks of every component, so that it stays in the cache
	size_t strip_size;
	JSAMPROW rows[COMPONENTS][ROWS];
};

static void on_error(j_common_ptr c)
{
	jc_jpeg *d = c->client_data;
	c->err->format_message(c, d->message);
	longjmp(d->trap, 1);
}

// Some warnings are about padding that many cameras send; these are about the
// picture itself.
static void on_message(j_common_ptr c, int level)
{
	jc_jpeg *d = c->client_data;
	if (level >= 0)
		return;
	switch (c->err->msg_code) {
	case JWRN_HIT_MARKER:
	case JWRN_HUFF_BAD_CODE:
	case JWRN_MUST_RESYNC:
	case JWRN_ARITH_BAD_CODE:
		if (!d->damaged)
			c->err->format_message(c, d->message);
		d->damaged = 1;
	}
}

static void no_output(j_common_ptr c) { (void)c; }

jc_jpeg *jc_jpeg_new(void)
{
	jc_jpeg *d = calloc(1, sizeof *d);
	if (!d)
		return NULL;
	d->c.err = jpeg_std_error(&d->err);
	d->err.error_exit = on_error;
	d->err.emit_message = on_message;
	d->err.output_message = no_output;
	d->c.client_data = d;
	if (setjmp(d->trap)) {
		free(d);
		return NULL;
	}
	jpeg_create_decompress(&d->c);
	d->c.client_data = d;
	return d;
}

void jc_jpeg_free(jc_jpeg *d)
{
	if (!d)
		return;
	jpeg_destroy_decompress(&d->c);
	free(d->strip);
	free(d);
}

const char *jc_jpeg_message(jc_jpeg *d) { return d->message; }

// Full to limited range in 6 bits of fraction. v128 is 128 times the sample or
// the mean of samples.
#define LUMA(v128) (uint8_t)((uint16_t)((uint16_t)(((uint32_t)(uint16_t)(v128) * 28141) >> 16) + 16 * 64 + 32) >> 6)
#define CHROMA(v128) (uint8_t)((uint16_t)((uint16_t)(((uint32_t)(uint16_t)(v128) * 28784) >> 16) + 996 + 32) >> 6)

static void luma_row(uint8_t *restrict o, const uint8_t *restrict a, int w)
{
	for (int x = 0; x < w; x++)
		o[x] = LUMA(a[x] << 7);
}

static void chroma_row(uint8_t *restrict o, const uint8_t *restrict a, const uint8_t *restrict b, int wide, int w)
{
	if (wide)
		for (int x = 0; x < w; x++)
			o[x] = CHROMA((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]) << 5);
	else
		for (int x = 0; x < w; x++)
			o[x] = CHROMA((a[x] + b[x]) << 6);
}

// Whether the chroma components have the luma's size, and only kinds that cameras send.
static int shape(j_decompress_ptr c, int *wide, int *high)
{
	*wide = *high = 0;
	jpeg_component_info *l = c->comp_info, *u = l + 1, *v = l + 2;
	if (c->max_h_samp_factor > 2 || c->max_v_samp_factor > 2) // more than ROWS
		return 0;
	if (c->num_components == 1 && c->jpeg_color_space == JCS_GRAYSCALE)
		return 1;
	if (c->num_components != 3 || c->jpeg_color_space != JCS_YCbCr)
		return 0;
	if (l->h_samp_factor != c->max_h_samp_factor || l->v_samp_factor != c->max_v_samp_factor ||
		u->h_samp_factor != v->h_samp_factor || u->v_samp_factor != v->v_samp_factor)
		return 0;
	*wide = u->h_samp_factor == l->h_samp_factor;
	*high = u->v_samp_factor == l->v_samp_factor;
	return 1;
}

// Lays out the strip; every component's rows are as wide as its whole blocks.
static int lay_out(jc_jpeg *d)
{
	size_t at[COMPONENTS], width[COMPONENTS], size = 0;
	int n = d->c.num_components;
	unsigned mcus = (d->c.image_width + d->c.max_h_samp_factor * DCTSIZE - 1) / (d->c.max_h_samp_factor * DCTSIZE);
	for (int i = 0; i < n; i++) {
		jpeg_component_info *p = d->c.comp_info + i;
		width[i] = (size_t)mcus * p->h_samp_factor * DCTSIZE + 16;
		at[i] = size;
		size += width[i] * p->v_samp_factor * DCTSIZE;
	}
	if (size > d->strip_size) {
		free(d->strip);
		d->strip = malloc(size);
		d->strip_size = d->strip ? size : 0;
		if (!d->strip)
			return 0;
	}
	for (int i = 0; i < n; i++)
		for (int r = 0; r < d->c.comp_info[i].v_samp_factor * DCTSIZE; r++)
			d->rows[i][r] = d->strip + at[i] + width[i] * r;
	return 1;
}

// Writes the strip that begins at luma row top.
static void write_strip(jc_jpeg *d, jc_planes o, int top, int wide, int high)
{
	int lines = d->c.max_v_samp_factor * DCTSIZE;
	int last = o.h - top < lines ? o.h - top : lines;
	int cw = (o.w + 1) / 2;
	for (int r = 0; r < last; r++)
		luma_row(o.y + (size_t)(top + r) * o.ystride, d->rows[0][r], o.w);
	for (int r = 0; r < last; r += 2) {
		uint8_t *u = o.cb + (size_t)((top + r) / 2) * o.cstride, *v = o.cr + (size_t)((top + r) / 2) * o.cstride;
		if (d->c.num_components == 1) {
			memset(u, 128, cw);
			memset(v, 128, cw);
			continue;
		}
		// Chroma rows that belong to luma rows r and r + 1; the padding below
		// the picture repeats its last row, so r + 1 is always there.
		int a = high ? r : r / 2, b = high ? r + 1 : r / 2;
		chroma_row(u, d->rows[1][a], d->rows[1][b], wide, cw);
		chroma_row(v, d->rows[2][a], d->rows[2][b], wide, cw);
	}
}

static int decode(jc_jpeg *d, const uint8_t *data, size_t len, jc_planes out)
{
	int wide, high;
	jpeg_mem_src(&d->c, data, len);
	jpeg_read_header(&d->c, TRUE);
	if ((int)d->c.image_width != out.w || (int)d->c.image_height != out.h)
		return JC_SIZE;
	if (!shape(&d->c, &wide, &high))
		return JC_KIND;
	d->c.raw_data_out = TRUE;
	d->c.out_color_space = d->c.jpeg_color_space;
	d->c.dct_method = JDCT_ISLOW;
	d->c.do_fancy_upsampling = FALSE;
	jpeg_start_decompress(&d->c);
	if (!lay_out(d))
		return JC_MEMORY;
	JSAMPARRAY planes[COMPONENTS] = {d->rows[0], d->rows[1], d->rows[2]};
	JDIMENSION lines = d->c.max_v_samp_factor * DCTSIZE;
	for (int top = 0; top < out.h; top += lines) {
		jpeg_read_raw_data(&d->c, planes, lines);
		if (d->damaged)
			return JC_DAMAGED;
		write_strip(d, out, top, wide, high);
	}
	return JC_OK;
}

int jc_jpeg_decode(jc_jpeg *d, const uint8_t *data, size_t len, jc_planes out)
{
	d->damaged = 0;
	d->message[0] = 0;
	int rc = JC_FAILED;
	if (!setjmp(d->trap))
		rc = decode(d, data, len, out);
	// Not jpeg_finish_decompress, which complains about a missing end marker.
	if (!setjmp(d->trap))
		jpeg_abort_decompress(&d->c);
	if (d->c.src) { // forget the caller's memory
		d->c.src->next_input_byte = NULL;
		d->c.src->bytes_in_buffer = 0;
	}
	return rc;
}
