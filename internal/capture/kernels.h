// Pixel kernels. All pictures are 8 bit; strides are in bytes and may be larger
// than the row. Widths may be odd; chroma planes have (w + 1) / 2 × (h + 1) / 2.
#ifndef JASMIN_KERNELS_H
#define JASMIN_KERNELS_H
#include <stdint.h>

typedef struct {
	uint8_t *y, *cb, *cr;
	int ystride, cstride, w, h;
} jc_picture;

// Packed 4:2:2 to I420: chroma is the mean of two rows. luma_first: 1 for YUYV,
// 0 for UYVY.
void jc_packed_to_i420(const uint8_t *src, int stride, int luma_first, jc_picture dst);
void jc_nv12_to_i420(const uint8_t *y, int ystride, const uint8_t *uv, int uvstride, jc_picture dst);
void jc_copy_plane(uint8_t *dst, int dstride, const uint8_t *src, int sstride, int w, int h);

// One axis of a resampling filter: output i is the sum over k < taps of
// weight[i * taps + k] × input[start[i] + k]; the weights of i sum to 256.
typedef struct {
	const int32_t *start;
	const uint16_t *weight;
	int taps;
} jc_axis;

// tmp has room for sw values.
void jc_scale_plane(uint8_t *dst, int dstride, int dw, int dh,
	const uint8_t *src, int sstride, int sw, jc_axis ax, jc_axis ay, uint16_t *tmp);
// Exactly half of both sides; dw and dh are the output's.
void jc_halve_plane(uint8_t *dst, int dstride, int dw, int dh, const uint8_t *src, int sstride);

// BT.601 limited range to w × h pixels of RGBA with alpha 255. Of a smaller size
// than src, each pixel is the mean of four around its centre.
void jc_i420_to_rgba(jc_picture src, uint8_t *dst, int dstride, int w, int h);

// Turns the rows of a plane around, in place.
void jc_flip_plane(uint8_t *p, int stride, int w, int h);
// dst × keep / 255 + add, w × h values; keep and add are w wide without padding.
void jc_blend_plane(uint8_t *dst, int dstride, const uint8_t *keep, const uint8_t *add, int w, int h);
#endif
