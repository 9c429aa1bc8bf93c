package capture

import "image"

// FillYCbCr turns img, which must have the frame's size, into f; full says that
// its samples use the whole range from 0 to 255 as JPEG does. It is plain Go,
// for the pictures of other libraries; an error is of KindFormat.
func (f *Frame) FillYCbCr(img *image.YCbCr, full bool) error {
	if b := img.Bounds(); b.Dx() != f.Width || b.Dy() != f.Height {
		return &Error{Op: "capture.FillYCbCr", Kind: KindFormat,
			Message: "The camera sent a picture of another size than it announced; unplug it and plug it in again."}
	}
	o := img.Bounds().Min
	for y := range f.Height {
		row := f.Y[y*f.YStride:][:f.Width]
		copy(row, img.Y[img.YOffset(o.X, o.Y+y):])
		if full {
			for x, v := range row {
				row[x] = byte((int(v)*219+127)/255 + 16)
			}
		}
	}
	for y := range (f.Height + 1) / 2 {
		f.chromaRow(img, y, full)
	}
	return nil
}

// chromaRow averages the chroma of the four pixels that share a sample in f.
func (f *Frame) chromaRow(img *image.YCbCr, y int, full bool) {
	o := img.Bounds().Min
	top, bottom := o.Y+2*y, o.Y+min(2*y+1, f.Height-1)
	for x := range (f.Width + 1) / 2 {
		left, right := o.X+2*x, o.X+min(2*x+1, f.Width-1)
		a, b := img.COffset(left, top), img.COffset(right, top)
		c, d := img.COffset(left, bottom), img.COffset(right, bottom)
		u := int(img.Cb[a]) + int(img.Cb[b]) + int(img.Cb[c]) + int(img.Cb[d])
		v := int(img.Cr[a]) + int(img.Cr[b]) + int(img.Cr[c]) + int(img.Cr[d])
		f.Cb[y*f.CStride+x], f.Cr[y*f.CStride+x] = mean(u, full), mean(v, full)
	}
}

// mean is a quarter of the sum of four chroma samples, in limited range.
func mean(sum int, full bool) byte {
	if !full {
		return byte((sum + 2) / 4)
	}
	return byte(((sum-512)*224 + 128*1020 + 510) / 1020)
}
