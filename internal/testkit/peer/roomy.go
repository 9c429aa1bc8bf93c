package peer

import (
	"net"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
	"github.com/pion/webrtc/v4"
)

// roomyBytes is the receive buffer of a test peer: on a busy machine it waits
// long for its turn, and what the kernel drops meanwhile is not the server's
// loss.
const roomyBytes = 4 << 20

// roomy is the system's network with large receive buffers.
type roomy struct{ *stdnet.Net }

// ListenUDP opens a socket.
func (r roomy) ListenUDP(network string, addr *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := net.ListenUDP(network, addr)
	if err != nil {
		return nil, err
	}
	enlarge(conn)
	return conn, nil
}

// useRoomy gives a peer the roomy network.
func useRoomy(s *webrtc.SettingEngine) error {
	n, err := stdnet.NewNet()
	if err != nil {
		return err
	}
	s.SetNet(roomy{n})
	return nil
}
