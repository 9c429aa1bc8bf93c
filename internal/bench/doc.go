// Package bench measures what the project promises about speed, as ratios
// taken in turn in one run (A B A B …, at least three pairs, the median of the
// pair ratios), so that they hold on a machine whose speed drifts.
//
// Data in: the project's own programs, started as processes, and the programs
// in bare, which do the same work with nothing around it. Data out: the table
// in docs/BENCHMARKS.md, written by these runs and by nothing else; each row names
// the version that it was measured on. The
// measurements themselves are tests behind the build tag "bench" (make bench).
// No goroutines of its own.
package bench
