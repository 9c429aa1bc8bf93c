package backend

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what /metrics on the admin address tells. No name of a room or
// account is in them.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "jasmincam_http_seconds", Help: "Time to answer a request, by part of the site, method and status.",
			Buckets: []float64{.001, .005, .02, .1, .5, 2, 10},
		}, []string{"part", "method", "status"}),
	}
	live := collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/gc/heap/live:bytes$`)} // what the newest collection left
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(live)), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch tells the media engine's counters.
func (m *metrics) watch(stats func() media.Stats) {
	m.registry.MustRegister(
		gauge("uploads", "Uploads now.", func() float64 { return float64(stats().Uploads) }),
		gauge("viewers", "Viewers now.", func() float64 { return float64(stats().Viewers) }),
		counter("packets_in_total", "RTP packets from publishers.", func() uint64 { return stats().PacketsIn }),
		counter("bytes_in_total", "RTP bytes from publishers.", func() uint64 { return stats().BytesIn }),
		counter("packets_out_total", "RTP packets to viewers.", func() uint64 { return stats().PacketsOut }),
		counter("bytes_out_total", "RTP bytes to viewers.", func() uint64 { return stats().BytesOut }),
		counter("refused_total", "Messages that the network refused.", func() uint64 { return stats().Failed }),
		counter("dropped_total", "Times that a viewer was behind and skipped to a key frame.", func() uint64 { return stats().Dropped }),
		counter("key_requests_total", "Key frames asked of publishers.", func() uint64 { return stats().KeyRequests }),
		counter("retransmitted_total", "Packets sent again.", func() uint64 { return stats().NackHits }),
		counter("unrecoverable_total", "Packets asked for that were gone.", func() uint64 { return stats().NackMisses }),
	)
}

const mediaPrefix = "jasmincam_media_"

func gauge(name, help string, read func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: mediaPrefix + name, Help: help}, read)
}

func counter(name, help string, read func() uint64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: mediaPrefix + name, Help: help}, func() float64 { return float64(read()) })
}

// measured notes how long next takes. Event streams last as long as somebody
// listens and are left out.
func (m *metrics) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		part := partOf(r.URL.Path)
		if part == "events" {
			next.ServeHTTP(w, r)
			return
		}
		noted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		began := time.Now()
		next.ServeHTTP(noted, r)
		m.requests.WithLabelValues(part, methodOf(r.Method), strconv.Itoa(noted.status)).Observe(time.Since(began).Seconds())
	})
}

// endpoint serves /metrics.
func (m *metrics) endpoint() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}))
	return mux
}

// partOf and methodOf keep the number of label values small, whatever is asked.
func partOf(path string) string {
	switch {
	case path == "/api/v1/events":
		return "events"
	case strings.HasPrefix(path, "/api/"):
		return "api"
	case path == "/whip" || strings.HasPrefix(path, "/whip/"):
		return "whip"
	case strings.HasPrefix(path, "/whep/"):
		return "whep"
	}
	return "pages"
}

func methodOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
