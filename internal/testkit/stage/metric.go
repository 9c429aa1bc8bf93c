package stage

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// find reads the value of a metric without labels from the text exposition.
func find(r io.Reader, name string) (float64, bool) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		rest, ok := strings.CutPrefix(lines.Text(), name+" ")
		if !ok {
			continue
		}
		v, err := strconv.ParseFloat(rest, 64)
		return v, err == nil
	}
	return 0, false
}
