package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

const (
	attempts      = 3
	mostLineBytes = 1000
)

// goneError: the endpoint could not be asked, or broke off. The demo's calls
// may all be repeated, so another one is asked.
type goneError struct {
	kind  miko.OutcomeKind
	cause error
}

func (e *goneError) Error() string { return e.cause.Error() }

func (e *goneError) Unwrap() error { return e.cause }

// tcp does what the SDK does by itself for HTTP: it picks an endpoint, and
// another one when that is gone.
func (c *calls) tcp(name string) (string, error) {
	var tried []string
	var last error
	for len(tried) < attempts {
		picked, err := c.client.Pick(context.Background(), name, miko.PickExcept(tried...))
		if err != nil {
			// When all are tried, the last failure says more than that none is left.
			if last != nil && miko.CodeOf(err) == miko.CodeNoEndpoint {
				return "", last
			}
			return "", err
		}
		instance, err := askLine(picked.Endpoint, "get thing-1", c.limit)
		var gone *goneError
		if !errors.As(err, &gone) {
			kind := miko.OK
			if err != nil {
				kind = miko.TimedOut
			}
			picked.Done(miko.Outcome{Kind: kind})
			return instance, err
		}
		picked.Done(miko.Outcome{Kind: gone.kind})
		tried = append(tried, picked.Endpoint.ID)
		last = err
	}
	return "", last
}

// askLine sends one line and reads one, over a connection of its own.
func askLine(endpoint *miko.Endpoint, line string, limit time.Duration) (string, error) {
	deadline := time.Now().Add(limit)
	conn, err := net.DialTimeout("tcp", endpoint.Address(), limit)
	if err != nil {
		return "", endOf(endpoint, miko.Refused, err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(deadline)
	if _, err := fmt.Fprintln(conn, line); err != nil {
		return "", endOf(endpoint, miko.Broken, err)
	}
	text, err := bufio.NewReader(io.LimitReader(conn, mostLineBytes)).ReadBytes('\n')
	if err != nil {
		return "", endOf(endpoint, miko.Broken, err)
	}
	var from answer
	err = json.Unmarshal(text, &from)
	return from.Instance, err
}

// endOf answers a goneError, unless the time was over: then another endpoint
// would not mend it.
func endOf(endpoint *miko.Endpoint, kind miko.OutcomeKind, err error) error {
	wrapped := fmt.Errorf("%s: %w", endpoint.Instance, err)
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return wrapped
	}
	return &goneError{kind, wrapped}
}
