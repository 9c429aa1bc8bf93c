//go:build linux && !purejpeg

package turbo

// #cgo CFLAGS: -O3
// #cgo LDFLAGS: -ljpeg
// #include <stdio.h>
// #include <stdlib.h>
// #include <jpeglib.h>
//
// // Decodes to planes in JPEG's own chroma size and range, whole planes at once.
// static int planes(const unsigned char *data, unsigned long len, unsigned char **plane, int *stride)
// {
//	struct jpeg_decompress_struct c;
//	struct jpeg_error_mgr e;
//	c.err = jpeg_std_error(&e);
//	jpeg_create_decompress(&c);
//	jpeg_mem_src(&c, data, len);
//	jpeg_read_header(&c, TRUE);
//	c.raw_data_out = TRUE;
//	jpeg_start_decompress(&c);
//	JSAMPROW rows[3][16];
//	JSAMPARRAY all[3] = {rows[0], rows[1], rows[2]};
//	while (c.output_scanline < c.output_height) {
//		for (int i = 0; i < c.num_components; i++) {
//			int n = c.comp_info[i].v_samp_factor * 8;
//			int top = c.output_scanline / (c.max_v_samp_factor * 8) * n;
//			for (int r = 0; r < n; r++)
//				rows[i][r] = plane[i] + (size_t)(top + r) * stride[i];
//		}
//		jpeg_read_raw_data(&c, all, c.max_v_samp_factor * 8);
//	}
//	jpeg_finish_decompress(&c);
//	jpeg_destroy_decompress(&c);
//	return 0;
// }
//
// // Encodes interleaved full-range YCbCr with h × v luma samples to one of chroma.
// static unsigned long encode(unsigned char *ycc, int w, int h, int comps, int hs, int vs, int quality, int restart, unsigned char **out)
// {
//	struct jpeg_compress_struct c;
//	struct jpeg_error_mgr e;
//	unsigned long size = 0;
//	c.err = jpeg_std_error(&e);
//	jpeg_create_compress(&c);
//	*out = NULL;
//	jpeg_mem_dest(&c, out, &size);
//	c.image_width = w;
//	c.image_height = h;
//	c.input_components = comps;
//	c.in_color_space = comps == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
//	jpeg_set_defaults(&c);
//	jpeg_set_quality(&c, quality, TRUE);
//	c.comp_info[0].h_samp_factor = hs;
//	c.comp_info[0].v_samp_factor = vs;
//	c.restart_in_rows = restart;
//	jpeg_start_compress(&c, TRUE);
//	while (c.next_scanline < c.image_height) {
//		JSAMPROW row = ycc + (size_t)c.next_scanline * w * comps;
//		jpeg_write_scanlines(&c, &row, 1);
//	}
//	jpeg_finish_compress(&c);
//	jpeg_destroy_compress(&c);
//	return size;
// }
import "C"

import (
	"runtime"
	"unsafe"
)

// Planes are big enough for one picture in JPEG's own chroma size.
type Planes struct {
	Plane  [3][]byte
	Stride [3]int
}

// NewPlanes makes planes for pictures of w × h pixels, whatever their chroma.
func NewPlanes(w, h int) *Planes {
	p := &Planes{}
	for i := range p.Plane {
		p.Stride[i] = (w + 31) &^ 15
		p.Plane[i] = make([]byte, p.Stride[i]*((h+31)&^15))
	}
	return p
}

// Decode decodes a picture that is known to be whole.
func Decode(data []byte, p *Planes) {
	var pin runtime.Pinner
	defer pin.Unpin()
	var plane [3]*C.uchar
	var stride [3]C.int
	for i := range plane {
		pin.Pin(&p.Plane[i][0])
		plane[i] = (*C.uchar)(unsafe.Pointer(&p.Plane[i][0]))
		stride[i] = C.int(p.Stride[i])
	}
	C.planes((*C.uchar)(unsafe.Pointer(&data[0])), C.ulong(len(data)), &plane[0], &stride[0])
}

// Picture tells Encode what a camera would send.
type Picture struct {
	Width, Height int
	Grey          bool
	H, V          int                                // luma samples to one of chroma, each 1 or 2
	Quality       int                                // 1 to 100
	Restart       int                                // restart interval in rows of blocks; 0: none
	At            func(x, y int) (luma, cb, cr byte) // full range
}

// Encode returns the picture as JPEG.
func Encode(p Picture) []byte {
	comps := 3
	if p.Grey {
		comps = 1
	}
	raw := make([]byte, 0, p.Width*p.Height*comps)
	for y := range p.Height {
		for x := range p.Width {
			l, u, v := p.At(x, y)
			raw = append(raw, []byte{l, u, v}[:comps]...)
		}
	}
	var out *C.uchar
	n := C.encode((*C.uchar)(unsafe.Pointer(&raw[0])), C.int(p.Width), C.int(p.Height), C.int(comps),
		C.int(p.H), C.int(p.V), C.int(p.Quality), C.int(p.Restart), &out)
	defer C.free(unsafe.Pointer(out))
	return C.GoBytes(unsafe.Pointer(out), C.int(n))
}
