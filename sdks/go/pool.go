package miko

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// pool keeps the connections to the endpoints of one service: one
// http.Transport for each address, made when it is first called.
type pool struct {
	policy PoolPolicy
	dial   dialFunc
	byKey  sync.Map // of poolKey to *connections

	mu     sync.Mutex
	called bool
	// listed are the endpoints of now; nil before the first list.
	listed map[poolKey]struct{}
	closed bool
}

// connections are those to one address.
type connections struct {
	key       poolKey
	transport *http.Transport
	dial      dialFunc
	// handshake is the most that TLS may take: a call may have no deadline.
	handshake time.Duration
	warm      chan *warmConn
	// closed: the endpoint left; a later call there begins anew.
	closed atomic.Bool
}

const dialTimeout = 10 * time.Second

func newPool(policy PoolPolicy, dial dialFunc) *pool {
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext
	}
	return &pool{policy: policy, dial: dial}
}

// at answers the connections to an endpoint, which remembers them.
func (p *pool) at(w *where) *connections {
	if held := w.conns.Load(); held != nil && !held.closed.Load() {
		return held
	}
	held := p.to(w.key)
	w.conns.Store(held)
	return held
}

// to answers the connections to an address.
func (p *pool) to(key poolKey) *connections {
	if held, ok := p.byKey.Load(key); ok {
		return held.(*connections)
	}
	p.mu.Lock()
	p.called = true
	p.mu.Unlock()
	held, _ := p.byKey.LoadOrStore(key, p.connect(key))
	return held.(*connections)
}

func (p *pool) connect(key poolKey) *connections {
	c := &connections{key: key, dial: p.dial, handshake: dialTimeout, warm: make(chan *warmConn, max(1, p.policy.Warm))}
	var protocols http.Protocols
	protocols.SetHTTP1(!key.http2 || key.secure)
	protocols.SetHTTP2(key.http2 && key.secure)
	protocols.SetUnencryptedHTTP2(key.http2 && !key.secure)
	c.transport = &http.Transport{
		Protocols:           &protocols,
		DialContext:         c.open,
		DialTLSContext:      c.openTLS,
		MaxConnsPerHost:     p.policy.MaxConnections,
		MaxIdleConnsPerHost: p.policy.MaxConnections,
		IdleConnTimeout:     p.policy.Idle,
	}
	return c
}

// retain takes the list of now: idle connections to those that left are closed,
// what is in flight there runs to its end; to new ones connections are opened
// ahead, once the service is called.
func (p *pool) retain(endpoints []*Endpoint) {
	p.mu.Lock()
	before, called := p.listed, p.called
	now := make(map[poolKey]struct{}, len(endpoints))
	for _, endpoint := range endpoints {
		now[endpoint.where.key] = struct{}{}
	}
	p.listed = now
	closed := p.closed
	p.mu.Unlock()
	p.byKey.Range(func(key, held any) bool {
		if _, stays := now[key.(poolKey)]; !stays {
			p.byKey.Delete(key)
			held.(*connections).close()
		}
		return true
	})
	if !called || before == nil || closed || p.policy.Warm == 0 {
		return
	}
	for key := range now {
		if _, old := before[key]; !old && key.address != "" {
			c := p.to(key)
			for range p.policy.Warm {
				go c.warmUp(p.policy.Idle)
			}
		}
	}
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.byKey.Range(func(_, held any) bool {
		held.(*connections).close()
		return true
	})
}

func (c *connections) close() {
	c.closed.Store(true)
	c.transport.CloseIdleConnections()
	for {
		select {
		case one := <-c.warm:
			one.close()
		default:
			return
		}
	}
}

// errRefused is what a connection that never came about fails with.
type errRefused struct{ cause error }

func (e *errRefused) Error() string { return e.cause.Error() }
func (e *errRefused) Unwrap() error { return e.cause }

func isRefused(err error) bool {
	var refused *errRefused
	return errors.As(err, &refused)
}

func (c *connections) open(ctx context.Context, network, address string) (net.Conn, error) {
	for {
		select {
		case one := <-c.warm:
			if one.take() {
				return one.conn, nil
			}
			continue
		default:
		}
		conn, err := c.dial(ctx, network, address)
		if err != nil {
			return nil, &errRefused{err}
		}
		return conn, nil
	}
}

func (c *connections) openTLS(ctx context.Context, network, address string) (net.Conn, error) {
	plain, err := c.open(ctx, network, address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(&errRefused{err}, plain.Close())
	}
	config := &tls.Config{ServerName: host, NextProtos: []string{"http/1.1"}}
	if c.key.http2 {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	secure := tls.Client(plain, config)
	ctx, cancel := context.WithTimeout(ctx, c.handshake)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		// Nothing of the request was sent.
		return nil, errors.Join(&errRefused{err}, plain.Close())
	}
	return secure, nil
}

// warmConn is a connection opened ahead, until a request takes it or its time
// is over.
type warmConn struct {
	conn  net.Conn
	timer *time.Timer
}

func (c *connections) warmUp(idle time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
	defer cancel()
	conn, err := c.dial(ctx, "tcp", c.key.address)
	if err != nil {
		// The first request will find out, and take it into account.
		return
	}
	// Nothing was sent on it: closing it cannot lose anything.
	one := &warmConn{conn: conn, timer: time.AfterFunc(idle, func() { _ = conn.Close() })}
	select {
	case c.warm <- one:
	default:
		one.close()
	}
}

// take is false when its time is over.
func (w *warmConn) take() bool { return w.timer.Stop() }

func (w *warmConn) close() {
	w.timer.Stop()
	_ = w.conn.Close()
}
