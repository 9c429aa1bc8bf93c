// Package fanoutbench compares the media engine with bare pion, each in a
// process of its own, with the viewers in a third. It has tests only, behind the
// build tag "bench":
//
//	go test -tags bench -run Fanout ./internal/backend/media/fanoutbench -v -args -viewers 100 -seconds 10 -rounds 3
//
// Data out: CPU a viewer-minute, memory a viewer, lost packets and the time to
// the first whole key frame, as ratios of pairs taken in turn (A B A B). No
// goroutines of its own outside the tests.
package fanoutbench
