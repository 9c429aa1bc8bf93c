package chat

import (
	"cmp"
	"slices"
	"strings"
)

// row is a line of the ring.
type row struct {
	Line
	seq  int64  // in its room's stream; 0 until the backend has told it
	key  string // with which it was sent from here
	open bool   // being sent or refused: it stands below all others and never falls out
	low  string // who and text in small letters, for the search; made when it is asked for first
	lost bool   // refused without an answer: it may have been said all the same
	twin *row   // what came by the stream while this one was being sent, probably the same line
}

// order puts what is not settled last, and else sorts by time; the rest only
// makes the order the same every time.
func (x *row) order(o *row) int {
	if x.open != o.open {
		if x.open {
			return 1
		}
		return -1
	}
	return cmp.Or(x.At.Compare(o.At), strings.Compare(x.Email, o.Email), cmp.Compare(x.seq, o.seq), cmp.Compare(x.ID, o.ID))
}

// rows are at most MaxLines in order, and those among them that are shown.
type rows struct {
	all     []*row
	shown   []*row
	byID    map[int64]*row
	lastID  int64
	first   int64 // shown rows that fell out at the top
	version uint64

	filter string // an email, or "" for all
	search string // in small letters
}

func newRows() rows { return rows{byID: map[int64]*row{}} }

// lets tells whether filter and search let a row through.
func (r *rows) lets(x *row) bool {
	if r.filter != "" && x.Email != r.filter {
		return false
	}
	return r.search == "" || strings.Contains(x.small(), r.search)
}

// small are the words that a search looks through. They are kept, so that ten
// thousand lines are searched at once with each letter that she types.
func (x *row) small() string {
	if x.low == "" {
		x.low = strings.ToLower(x.Who + "\n" + x.Text)
	}
	return x.low
}

// add takes a row in; it returns what fell out, x itself when it is older than
// all of a full ring.
func (r *rows) add(x *row) (out *row) {
	if x.ID == 0 {
		r.lastID++
		x.ID = r.lastID
	}
	if len(r.all) >= MaxLines && !x.open {
		if out = r.all[0]; x.order(out) < 0 || out.open {
			return x
		}
		r.drop(out)
	}
	r.all = insert(r.all, x)
	r.byID[x.ID] = x
	if r.lets(x) {
		r.shown = insert(r.shown, x)
	}
	r.version++
	return out
}

// drop takes the oldest row out at the top.
func (r *rows) drop(x *row) {
	if len(r.shown) > 0 && r.shown[0] == x {
		r.shown = behead(r.shown)
		r.first++
	}
	r.all = behead(r.all)
	delete(r.byID, x.ID)
}

// behead keeps nothing of the first row alive.
func behead(list []*row) []*row {
	list[0] = nil
	return list[1:]
}

// remove takes a row out, wherever it stands.
func (r *rows) remove(x *row) {
	r.all = without(r.all, x)
	r.shown = without(r.shown, x)
	delete(r.byID, x.ID)
	r.version++
}

// removeAll takes out what gone says.
func (r *rows) removeAll(gone func(x *row) bool) {
	r.all = slices.DeleteFunc(r.all, func(x *row) bool {
		if !gone(x) {
			return false
		}
		delete(r.byID, x.ID)
		return true
	})
	r.show()
}

// unsettled are the rows at the end that are being sent or were refused.
func (r *rows) unsettled() []*row {
	n := len(r.all)
	for n > 0 && r.all[n-1].open {
		n--
	}
	return r.all[n:]
}

// show finds out anew what is shown.
func (r *rows) show() {
	r.shown = make([]*row, 0, len(r.all))
	for _, x := range r.all {
		if r.lets(x) {
			r.shown = append(r.shown, x)
		}
	}
	r.first = 0
	r.version++
}

// insert puts x where it belongs, which nearly always is the end.
func insert(list []*row, x *row) []*row {
	if n := len(list); n == 0 || list[n-1].order(x) <= 0 {
		return append(list, x)
	}
	i, _ := slices.BinarySearchFunc(list, x, (*row).order)
	return slices.Insert(list, i, x)
}

func without(list []*row, x *row) []*row {
	i, found := slices.BinarySearchFunc(list, x, (*row).order)
	if !found {
		return list
	}
	return slices.Delete(list, i, i+1)
}
