package testkit

import (
	"net"
	"strconv"
	"testing"
)

// FreePort returns a loopback port such that it is free for TCP and UDP and
// the next one for TCP: what one backend listens on (pages and API, media, and
// ICE over TCP). It is free when this returns; nothing keeps it.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 100 {
		first, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := first.Addr().(*net.TCPAddr).Port
		free := freeUDP(port) && freeTCP(port+1) && freeUDP(port+1)
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if free {
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
