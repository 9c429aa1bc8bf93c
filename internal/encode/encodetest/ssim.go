package encodetest

// SSIM is the mean structural similarity of two luma planes of w×h samples, over windows of 8×8 samples that begin at
// every fourth row and column, with the usual constants (Wang et al. 2004): 1 for equal planes.
func SSIM(a []byte, aStride int, b []byte, bStride int, w, h int) float64 {
	bw, bh := w/4, h/4
	if bw < 2 || bh < 2 {
		return 0
	}
	above, row := make([]sums, bw), make([]sums, bw)
	total := 0.0
	for by := range bh {
		for bx := range row {
			row[bx] = sum4x4(a[by*4*aStride+bx*4:], aStride, b[by*4*bStride+bx*4:], bStride)
		}
		if by > 0 {
			for bx := range bw - 1 {
				total += above[bx].add(above[bx+1]).add(row[bx]).add(row[bx+1]).ssim()
			}
		}
		above, row = row, above
	}
	return total / float64((bw-1)*(bh-1))
}

// sums are the moments of one block in both planes.
type sums struct{ a, b, aa, bb, ab int }

func (s sums) add(o sums) sums {
	return sums{s.a + o.a, s.b + o.b, s.aa + o.aa, s.bb + o.bb, s.ab + o.ab}
}

func sum4x4(a []byte, aStride int, b []byte, bStride int) sums {
	var s sums
	for y := range 4 {
		p, q := a[y*aStride:][:4], b[y*bStride:][:4]
		for x := range 4 {
			v, w := int(p[x]), int(q[x])
			s.a += v
			s.b += w
			s.aa += v * v
			s.bb += w * w
			s.ab += v * w
		}
	}
	return s
}

func (s sums) ssim() float64 {
	const n, c1, c2 = 64, 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	ma, mb := float64(s.a)/n, float64(s.b)/n
	va, vb := float64(s.aa)/n-ma*ma, float64(s.bb)/n-mb*mb
	cov := float64(s.ab)/n - ma*mb
	return (2*ma*mb + c1) * (2*cov + c2) / ((ma*ma + mb*mb + c1) * (va + vb + c2))
}
