package testkit

import (
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// The ports that tests listen on lie below those that systems lend to outgoing
// connections (32768 on Linux, 49152 elsewhere): while a killed server is down,
// nobody is lent its port.
const (
	firstPort = 10_240
	lastPort  = 32_000
)

// FreePort returns a loopback port such that it is free for TCP and UDP and
// the next one for TCP: what one backend listens on (pages and API, media, and
// ICE over TCP). It is free when this returns; nothing keeps it.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort)
		if freeTCP(port) && freeUDP(port) && freeTCP(port+1) && freeUDP(port+1) {
			return port
		}
	}
	t.Fatal("found no free pair of loopback ports in 100 tries")
	return 0
}

// Loopback is 127.0.0.1 with the port.
func Loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func freeTCP(port int) bool {
	l, err := net.Listen("tcp", Loopback(port))
	return err == nil && l.Close() == nil
}

func freeUDP(port int) bool {
	c, err := net.ListenPacket("udp", Loopback(port))
	return err == nil && c.Close() == nil
}
