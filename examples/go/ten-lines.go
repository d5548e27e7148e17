//go:build ignore

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/miko-control-plane/miko/sdks/go"
)

func main() {
	listener := must(net.Listen("tcp", "127.0.0.1:0")) // first listen, then register
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	client := must(miko.Connect(ctx, ""))    // MIKO_URL and MIKO_TOKEN
	defer client.Close(context.Background()) // takes it out of the directory
	self := must(client.Register(ctx, miko.Registration{Service: "hello", Instance: "hello-1", Port: listener.Addr().(*net.TCPAddr).Port}))
	must(self.Ready(ctx))
	answer := must(client.HTTP().Get("http://hello/"))
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode, string(must(io.ReadAll(answer.Body))), must(client.Endpoints(ctx, "hello")).State)
}

// must panics, unlike log.Fatal, so that what is deferred still happens.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
