//go:build ignore

package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/miko-control-plane/miko/sdks/go"
)

func main() {
	go http.ListenAndServe("127.0.0.1:8080", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
	ctx := context.Background()
	client := must(miko.Connect(ctx, "")) // MIKO_URL and MIKO_TOKEN
	defer client.Close(ctx)
	self := must(client.Register(ctx, miko.Registration{Service: "hello", Instance: "hello-1", Port: 8080}))
	must(self.Ready(ctx))
	answer := must(client.HTTP().Get("http://hello/"))
	body := must(io.ReadAll(answer.Body))
	fmt.Println(answer.StatusCode, string(body), must(client.Endpoints(ctx, "hello")).State)
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
