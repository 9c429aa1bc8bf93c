package feed

// placing is one placing of a feed's rows.
type placing struct {
	feed          *Feed
	old           []shown
	width, height float32
	n             int
	rows          []shown // from top to bottom, without a gap
}

// take returns the row at a place of the screen's order, filled and measured.
// A row that was seen before keeps its object.
func (b *placing) take(at int) shown {
	f := b.feed
	i := f.index(at)
	s := shown{id: f.cfg.ID(i), at: at}
	for k := range b.old {
		if b.old[k].id == s.id && b.old[k].row != nil {
			s.row, b.old[k].row = b.old[k].row, nil
			break
		}
	}
	if s.row == nil && len(f.spare) > 0 {
		s.row = f.spare[len(f.spare)-1]
		f.spare = f.spare[:len(f.spare)-1]
	}
	if s.row == nil {
		s.row = f.cfg.Make()
	}
	f.cfg.Fill(i, s.row)
	s.h = max(1, s.row.HeightFor(b.width))
	return s
}

// down places rows from a place on, the first with its upper edge at y.
func (b *placing) down(at int, y float32) {
	for ; at >= 0 && at < b.n && y < b.height; at++ {
		s := b.take(at)
		s.y = y
		y += s.h
		b.rows = append(b.rows, s)
	}
}

// up places rows from a place backwards, the first with its lower edge at y.
func (b *placing) up(at int, y float32) {
	for ; at >= 0 && at < b.n && y > 0; at-- {
		s := b.take(at)
		y -= s.h
		s.y = y
		b.rows = append([]shown{s}, b.rows...)
	}
}

// settle closes a gap above the first row or below the last, and lets rows go
// that are not seen.
func (b *placing) settle() {
	if len(b.rows) == 0 { // scrolled past either end
		if b.feed.top > 0 {
			b.down(0, 0)
		} else {
			b.up(b.n-1, b.height)
		}
	}
	last := b.rows[len(b.rows)-1]
	if gap := b.height - last.y - last.h; gap > 0 {
		b.move(gap)
		first := b.rows[0]
		b.up(first.at-1, first.y)
	}
	if first := b.rows[0]; first.y > 0 {
		b.move(-first.y)
		last = b.rows[len(b.rows)-1]
		b.down(last.at+1, last.y+last.h)
	}
	var seen []shown
	for _, s := range b.rows {
		if s.y+s.h > 0 && s.y < b.height {
			seen = append(seen, s)
		} else {
			b.feed.spare = append(b.feed.spare, s.row)
		}
	}
	b.rows = seen
}

func (b *placing) move(by float32) {
	for i := range b.rows {
		b.rows[i].y += by
	}
}
