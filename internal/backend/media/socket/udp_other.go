//go:build !linux

package socket

import "net"

const oobSize = 0

// enlarge sets both socket buffers as far as the system allows.
func enlarge(conn *net.UDPConn, size int) {
	_ = conn.SetReadBuffer(size)
	_ = conn.SetWriteBuffer(size)
}

func segmentation(*net.UDPConn) bool { return false }

func segmentSize(oob []byte, _ int) []byte { return oob }
