package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

const path = "/things/4711"

// bareCall calls fixed addresses in turn, with connections as the SDK's pools
// keep them (docs/protocol.md, section 5).
func bareCall(addresses []string, bytes int) func() error {
	client := &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		MaxConnsPerHost:     128,
		MaxIdleConnsPerHost: 128,
		IdleConnTimeout:     4 * time.Second,
	}}
	var next atomic.Uint64
	return func() error {
		address := addresses[next.Add(1)%uint64(len(addresses))]
		return get(client, "http://"+address+path, bytes)
	}
}

func mikoCall(client *miko.Client, service string, bytes int) func() error {
	balanced := client.HTTP()
	target := "http://" + service + path
	return func() error { return get(balanced, target, bytes) }
}

// get is one call, its body read.
func get(client *http.Client, target string, bytes int) error {
	response, err := client.Get(target)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK || len(body) != bytes {
		return fmt.Errorf("status %d with %d bytes", response.StatusCode, len(body))
	}
	return nil
}
