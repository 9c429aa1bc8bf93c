//go:build !linux

package peer

import "net"

// enlarge sets the receive buffer as far as the system allows.
func enlarge(conn *net.UDPConn) { _ = conn.SetReadBuffer(roomyBytes) }
