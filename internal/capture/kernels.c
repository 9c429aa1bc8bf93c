#include "kernels.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

// split takes n pixels of packed 4:2:2 apart: luma, and chroma as pairs.
static inline void split(const uint8_t *restrict s, int luma_first, int n,
	uint8_t *restrict y, uint8_t *restrict uv)
{
	int x = 0;
#ifdef __SSE2__
	const __m128i low = _mm_set1_epi16(0xff);
	for (; x + 16 <= n; x += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(s + 2 * x));
		__m128i b = _mm_loadu_si128((const __m128i *)(s + 2 * x + 16));
		__m128i even = _mm_packus_epi16(_mm_and_si128(a, low), _mm_and_si128(b, low));
		__m128i odd = _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8));
		_mm_storeu_si128((__m128i *)(y + x), luma_first ? even : odd);
		_mm_storeu_si128((__m128i *)(uv + x), luma_first ? odd : even);
	}
#endif
	int l = luma_first ? 0 : 1;
	for (; x < n; x++) {
		y[x] = s[2 * x + l];
		uv[x] = s[2 * x + 1 - l];
	}
}

// unzip averages two rows of chroma pairs and takes them apart into n of each.
static inline void unzip(const uint8_t *restrict a, const uint8_t *restrict b, int n,
	uint8_t *restrict u, uint8_t *restrict v)
{
	int x = 0;
#ifdef __SSE2__
	const __m128i low = _mm_set1_epi16(0xff);
	for (; x + 16 <= n; x += 16) {
		__m128i p = _mm_avg_epu8(_mm_loadu_si128((const __m128i *)(a + 2 * x)),
			_mm_loadu_si128((const __m128i *)(b + 2 * x)));
		__m128i q = _mm_avg_epu8(_mm_loadu_si128((const __m128i *)(a + 2 * x + 16)),
			_mm_loadu_si128((const __m128i *)(b + 2 * x + 16)));
		_mm_storeu_si128((__m128i *)(u + x), _mm_packus_epi16(_mm_and_si128(p, low), _mm_and_si128(q, low)));
		_mm_storeu_si128((__m128i *)(v + x), _mm_packus_epi16(_mm_srli_epi16(p, 8), _mm_srli_epi16(q, 8)));
	}
#endif
	for (; x < n; x++) {
		u[x] = (a[2 * x] + b[2 * x] + 1) >> 1;
		v[x] = (a[2 * x + 1] + b[2 * x + 1] + 1) >> 1;
	}
}

// A block of a row, small enough that its chroma stays in the first-level cache.
enum { BLOCK = 1024 };

void jc_packed_to_i420(const uint8_t *src, int stride, int luma_first, jc_picture d)
{
	uint8_t uv0[BLOCK], uv1[BLOCK];
	for (int y = 0; y < d.h; y += 2) {
		int two = y + 1 < d.h;
		for (int x = 0; x < d.w; x += BLOCK) {
			int n = d.w - x < BLOCK ? d.w - x : BLOCK;
			int even = (n + 1) & ~1; // an odd row still ends with a whole pair
			const uint8_t *s = src + (size_t)y * stride + 2 * (size_t)x;
			uint8_t *row = d.y + (size_t)y * d.ystride + x;
			split(s, luma_first, n, row, uv0);
			if (even > n)
				uv0[n] = s[2 * n + luma_first];
			if (two) {
				split(s + stride, luma_first, n, row + d.ystride, uv1);
				if (even > n)
					uv1[n] = s[stride + 2 * n + luma_first];
			}
			size_t c = (size_t)(y / 2) * d.cstride + x / 2;
			unzip(uv0, two ? uv1 : uv0, even / 2, d.cb + c, d.cr + c);
		}
	}
}

void jc_copy_plane(uint8_t *dst, int dstride, const uint8_t *src, int sstride, int w, int h)
{
	for (int y = 0; y < h; y++)
		memcpy(dst + (size_t)y * dstride, src + (size_t)y * sstride, w);
}

void jc_nv12_to_i420(const uint8_t *y, int ystride, const uint8_t *uv, int uvstride, jc_picture d)
{
	jc_copy_plane(d.y, d.ystride, y, ystride, d.w, d.h);
	for (int r = 0; r < (d.h + 1) / 2; r++) {
		const uint8_t *s = uv + (size_t)r * uvstride;
		unzip(s, s, (d.w + 1) / 2, d.cb + (size_t)r * d.cstride, d.cr + (size_t)r * d.cstride);
	}
}

static void blend_rows(const uint8_t *restrict src, int stride, int w,
	const uint16_t *weight, int taps, uint16_t *restrict tmp)
{
	uint16_t w0 = weight[0];
	for (int x = 0; x < w; x++)
		tmp[x] = w0 * src[x];
	for (int k = 1; k < taps; k++) {
		const uint8_t *restrict row = src + (size_t)k * stride;
		uint16_t wk = weight[k];
		if (wk == 0)
			continue;
		for (int x = 0; x < w; x++)
			tmp[x] += (uint16_t)(wk * row[x]);
	}
}

void jc_scale_plane(uint8_t *dst, int dstride, int dw, int dh,
	const uint8_t *src, int sstride, int sw, jc_axis ax, jc_axis ay, uint16_t *tmp)
{
	for (int y = 0; y < dh; y++) {
		blend_rows(src + (size_t)ay.start[y] * sstride, sstride, sw, ay.weight + (size_t)y * ay.taps, ay.taps, tmp);
		uint8_t *out = dst + (size_t)y * dstride;
		if (ax.taps == 2) {
			for (int x = 0; x < dw; x++) {
				const uint16_t *t = tmp + ax.start[x];
				uint32_t w1 = ax.weight[2 * x + 1];
				out[x] = (t[0] * (256 - w1) + t[1] * w1 + 32768) >> 16;
			}
			continue;
		}
		for (int x = 0; x < dw; x++) {
			const uint16_t *t = tmp + ax.start[x], *wx = ax.weight + (size_t)x * ax.taps;
			uint32_t sum = 32768;
			for (int k = 0; k < ax.taps; k++)
				sum += (uint32_t)wx[k] * t[k];
			out[x] = sum >> 16;
		}
	}
}

void jc_halve_plane(uint8_t *dst, int dstride, int dw, int dh, const uint8_t *src, int sstride)
{
	for (int y = 0; y < dh; y++) {
		const uint8_t *restrict a = src + (size_t)(2 * y) * sstride;
		const uint8_t *restrict b = a + sstride;
		uint8_t *restrict o = dst + (size_t)y * dstride;
		for (int x = 0; x < dw; x++)
			o[x] = (uint16_t)(a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2;
	}
}

static inline uint8_t clamp(int v) { return v < 0 ? 0 : v > 255 ? 255 : v; }

#ifdef __SSE2__
// Eight pixels at a time in 10.6 fixed point; saturating sums keep blue within
// 16 bits.
static int rgba_row(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, uint8_t *o, int w)
{
	const __m128i zero = _mm_setzero_si128(), alpha = _mm_set1_epi16(255);
	const __m128i mid = _mm_set1_epi16(128), foot = _mm_set1_epi16(16), half = _mm_set1_epi16(32);
	int x = 0;
	for (; x + 8 <= w; x += 8) {
		int32_t u4, v4;
		memcpy(&u4, cb + x / 2, 4);
		memcpy(&v4, cr + x / 2, 4);
		__m128i u = _mm_cvtsi32_si128(u4), v = _mm_cvtsi32_si128(v4);
		u = _mm_sub_epi16(_mm_unpacklo_epi8(_mm_unpacklo_epi8(u, u), zero), mid);
		v = _mm_sub_epi16(_mm_unpacklo_epi8(_mm_unpacklo_epi8(v, v), zero), mid);
		__m128i l = _mm_unpacklo_epi8(_mm_loadl_epi64((const __m128i *)(y + x)), zero);
		l = _mm_sub_epi16(l, foot);
		// 74.5 × l: the half keeps white white.
		l = _mm_add_epi16(_mm_add_epi16(_mm_mullo_epi16(l, _mm_set1_epi16(74)), _mm_srai_epi16(l, 1)), half);
		__m128i r = _mm_adds_epi16(l, _mm_mullo_epi16(v, _mm_set1_epi16(102)));
		__m128i g = _mm_subs_epi16(l, _mm_add_epi16(_mm_mullo_epi16(u, _mm_set1_epi16(25)), _mm_mullo_epi16(v, _mm_set1_epi16(52))));
		__m128i b = _mm_adds_epi16(l, _mm_mullo_epi16(u, _mm_set1_epi16(129)));
		r = _mm_srai_epi16(r, 6);
		g = _mm_srai_epi16(g, 6);
		b = _mm_srai_epi16(b, 6);
		__m128i rg = _mm_unpacklo_epi8(_mm_packus_epi16(r, r), _mm_packus_epi16(g, g));
		__m128i ba = _mm_unpacklo_epi8(_mm_packus_epi16(b, b), _mm_packus_epi16(alpha, alpha));
		_mm_storeu_si128((__m128i *)(o + 4 * x), _mm_unpacklo_epi16(rg, ba));
		_mm_storeu_si128((__m128i *)(o + 4 * x + 16), _mm_unpackhi_epi16(rg, ba));
	}
	return x;
}
#else
static int rgba_row(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, uint8_t *o, int w) { return 0; }
#endif

static void rgba_span(const uint8_t *y, const uint8_t *cb, const uint8_t *cr, uint8_t *o, int w)
{
	for (int x = rgba_row(y, cb, cr, o, w); x < w; x++) {
		int l = y[x] - 16, u = cb[x / 2] - 128, v = cr[x / 2] - 128;
		l = l * 74 + (l >> 1) + 32;
		o[4 * x] = clamp((l + 102 * v) >> 6);
		o[4 * x + 1] = clamp((l - 25 * u - 52 * v) >> 6);
		o[4 * x + 2] = clamp((l + 129 * u) >> 6);
		o[4 * x + 3] = 255;
	}
}

void jc_i420_to_rgba(jc_picture s, uint8_t *dst, int dstride, int w, int h)
{
	if (w == s.w && h == s.h) {
		for (int r = 0; r < h; r++) {
			size_t c = (size_t)(r / 2) * s.cstride;
			rgba_span(s.y + (size_t)r * s.ystride, s.cb + c, s.cr + c, dst + (size_t)r * dstride, w);
		}
		return;
	}
	uint8_t y[BLOCK], cb[BLOCK / 2], cr[BLOCK / 2];
	// Where it shrinks, the two samples around the centre count, else the one there.
	int right = s.w > w, below = s.h > h;
	int cw = (s.w + 1) / 2, ch = (s.h + 1) / 2, pairs = (w + 1) / 2;
	int64_t step = ((int64_t)s.w << 16) / w, cstep = ((int64_t)cw << 16) / pairs;
	for (int r = 0; r < h; r++) {
		int row = (((int64_t)(2 * r + 1) * s.h << 15) / h - (below ? 32768 : 0)) >> 16;
		const uint8_t *a = s.y + (size_t)row * s.ystride, *b = a + (below ? s.ystride : 0);
		size_t c = (size_t)((int64_t)r * ch / h) * s.cstride;
		for (int x = 0; x < w; x += BLOCK) {
			int n = w - x < BLOCK ? w - x : BLOCK;
			int64_t at = x * step + step / 2 - (right ? 32768 : 0), cat = x / 2 * cstep + cstep / 2;
			for (int i = 0; i < n; i++, at += step) {
				int l = at >> 16;
				y[i] = (a[l] + a[l + right] + b[l] + b[l + right] + 2) >> 2;
			}
			for (int i = 0; i < (n + 1) / 2; i++, cat += cstep) {
				cb[i] = s.cb[c + (cat >> 16)];
				cr[i] = s.cr[c + (cat >> 16)];
			}
			rgba_span(y, cb, cr, dst + (size_t)r * dstride + 4 * (size_t)x, n);
		}
	}
}

void jc_flip_plane(uint8_t *p, int stride, int w, int h)
{
	for (int r = 0; r < h; r++) {
		uint8_t *a = p + (size_t)r * stride, *b = a + w;
		while (b - a >= 16) {
			uint64_t head, tail;
			b -= 8;
			memcpy(&head, a, 8);
			memcpy(&tail, b, 8);
			head = __builtin_bswap64(head);
			tail = __builtin_bswap64(tail);
			memcpy(a, &tail, 8);
			memcpy(b, &head, 8);
			a += 8;
		}
		for (b--; a < b; a++, b--) {
			uint8_t v = *a;
			*a = *b;
			*b = v;
		}
	}
}

void jc_blend_plane(uint8_t *dst, int dstride, const uint8_t *restrict keep, const uint8_t *restrict add, int w, int h)
{
	for (int r = 0; r < h; r++) {
		uint8_t *restrict d = dst + (size_t)r * dstride;
		const uint8_t *restrict k = keep + (size_t)r * w, *restrict m = add + (size_t)r * w;
		for (int x = 0; x < w; x++) {
			uint16_t v = d[x] * k[x] + 128; // below 2^16, and so is the next
			v = (uint16_t)(v + (v >> 8)) >> 8;
			d[x] = v + m[x];
		}
	}
}
