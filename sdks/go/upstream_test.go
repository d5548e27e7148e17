package miko

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
)

// upstream is an endpoint that a test calls through the balancer.
type upstream struct {
	name   string
	hits   atomic.Int64
	server *httptest.Server
}

// startUpstream answers 200 with its name, unless handle does otherwise.
func startUpstream(t *testing.T, name string, handle http.HandlerFunc) *upstream {
	t.Helper()
	u := &upstream{name: name}
	u.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.hits.Add(1)
		w.Header().Set("X-Instance", name)
		if handle != nil {
			handle(w, r)
			return
		}
		fmt.Fprintf(w, "%s %s", r.Method, r.URL)
	}))
	u.server.Config.Protocols = new(http.Protocols)
	u.server.Config.Protocols.SetHTTP1(true)
	u.server.Config.Protocols.SetUnencryptedHTTP2(true)
	u.server.Start()
	t.Cleanup(func() {
		u.server.CloseClientConnections()
		u.server.Close()
	})
	return u
}

func (u *upstream) endpoint(more string) string {
	_, port, _ := net.SplitHostPort(u.server.Listener.Addr().String())
	return wireEndpointAt(u.name, port, more)
}

// refusing is an endpoint where nothing listens.
func refusing(t *testing.T, name string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return wireEndpointAt(name, strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), "")
}

func wireEndpointAt(instance, port, more string) string {
	return fmt.Sprintf(`{"id":"ep_%s","instance":%q,"host":"127.0.0.1","port":%s,"protocol":"http","public_url":null,"zone":null,`+
		`"weight":100,"tags":[],"labels":{},"health":"passing","state":"active","revision":1%s}`, instance, instance, port, more)
}

// reset breaks the connection without an answer.
func reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// calling answers a client whose service web has these endpoints.
func callingWeb(t *testing.T, endpoints []string, opts ...Option) *Client {
	t.Helper()
	m := startMiko(t)
	m.lists["web"] = known(endpoints...)
	return m.connect(opts...)
}
