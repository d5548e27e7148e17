package mikogrpc

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// directory is a Miko with one service, greeter: its list and its stream.
type directory struct {
	*httptest.Server
	mu        sync.Mutex
	revision  int
	endpoints map[string]wireEndpoint
	known     bool
	changed   chan struct{}
	// held keeps streams from their first frame while it is open; nil does not.
	held chan struct{}
}

type wireEndpoint struct {
	ID        string            `json:"id"`
	Instance  string            `json:"instance"`
	Host      string            `json:"host"`
	Port      int               `json:"port"`
	Protocol  string            `json:"protocol"`
	PublicURL *string           `json:"public_url"`
	Zone      *string           `json:"zone"`
	Weight    int               `json:"weight"`
	Tags      []string          `json:"tags"`
	Labels    map[string]string `json:"labels"`
	Health    string            `json:"health"`
	State     string            `json:"state"`
	Revision  int               `json:"revision"`
}

func newDirectory(t *testing.T) *directory {
	t.Helper()
	d := &directory{endpoints: map[string]wireEndpoint{}, changed: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/projects/default/endpoints", d.list)
	mux.HandleFunc("GET /v1/projects/default/endpoints:watch", d.watch)
	d.Server = httptest.NewServer(mux)
	t.Cleanup(d.stop)
	return d
}

// stop takes it away as a kill would: its streams end.
func (d *directory) stop() {
	d.CloseClientConnections()
	d.Close()
}

func (d *directory) list(w http.ResponseWriter, _ *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(d.snapshot())
}

func (d *directory) snapshot() []byte {
	service := map[string]any{"state": "unknown", "endpoints": []any{}}
	if d.known {
		all := []wireEndpoint{}
		for _, endpoint := range d.endpoints {
			all = append(all, endpoint)
		}
		service = map[string]any{"state": "known", "cause": nil, "revision": d.revision, "endpoints": all}
		if len(all) == 0 {
			service["state"], service["cause"] = "empty", "deregistered"
		}
	}
	text, _ := json.Marshal(map[string]any{"revision": d.revision, "services": map[string]any{"greeter": service}})
	return text
}

// hold keeps its answers back until it lets them go.
func (d *directory) hold() (let func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = make(chan struct{})
	return func() { close(d.held) }
}

// watch sends all there is at each change.
func (d *directory) watch(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	held := d.held
	d.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-r.Context().Done():
			return
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		d.mu.Lock()
		text, revision, changed := d.snapshot(), d.revision, d.changed
		d.mu.Unlock()
		_, _ = fmt.Fprintf(w, "id: %d\nevent: snapshot\ndata: %s\n\n", revision, text)
		w.(http.Flusher).Flush()
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

func (d *directory) change(edit func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.revision++
	d.known = true
	edit()
	close(d.changed)
	d.changed = make(chan struct{})
}

// put lists an endpoint that is reached at address.
func (d *directory) put(instance, address string, more ...func(*wireEndpoint)) {
	host, text, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(text)
	d.change(func() {
		endpoint := wireEndpoint{
			ID: "ep_" + instance, Instance: instance, Host: host, Port: port, Protocol: "grpc", Weight: 100,
			Tags: []string{}, Labels: map[string]string{}, Health: "passing", State: "active", Revision: d.revision,
		}
		for _, set := range more {
			set(&endpoint)
		}
		d.endpoints[instance] = endpoint
	})
}

func (d *directory) remove(instance string) {
	d.change(func() { delete(d.endpoints, instance) })
}

func speaking(protocol string) func(*wireEndpoint) {
	return func(e *wireEndpoint) { e.Protocol = protocol }
}

func in(state string) func(*wireEndpoint) {
	return func(e *wireEndpoint) { e.State = state }
}
