package reply

import (
	"net/http"
	"strings"
)

// TakesGzip tells whether the browser reads packed answers.
func TakesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			quality = strings.TrimRight(strings.ReplaceAll(quality, " ", ""), "0")
			return quality != "q=" && quality != "q=0."
		}
	}
	return false
}
