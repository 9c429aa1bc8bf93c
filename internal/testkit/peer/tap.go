package peer

import "github.com/pion/interceptor"

// tapFactory makes interceptors that show each packet, RTP and RTCP, as it was
// after decryption and before anything else saw it.
type tapFactory struct{ see func(packet []byte) }

func (f *tapFactory) NewInterceptor(string) (interceptor.Interceptor, error) {
	return &tap{see: f.see}, nil
}

type tap struct {
	interceptor.NoOp
	see func(packet []byte)
}

// BindRemoteStream shows the media.
func (t *tap) BindRemoteStream(_ *interceptor.StreamInfo, next interceptor.RTPReader) interceptor.RTPReader {
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := next.Read(b, a)
		if err == nil {
			t.see(b[:n])
		}
		return n, a, err
	})
}

// BindRTCPReader shows what is said about it.
func (t *tap) BindRTCPReader(next interceptor.RTCPReader) interceptor.RTCPReader {
	return interceptor.RTCPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, a, err := next.Read(b, a)
		if err == nil {
			t.see(b[:n])
		}
		return n, a, err
	})
}
