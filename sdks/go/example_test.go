package miko_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

func Example() {
	ctx := context.Background()
	client, err := miko.Connect(ctx, "", miko.WithRequired("web")) // MIKO_URL and MIKO_TOKEN
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close(ctx)
	answer, err := client.HTTP().Get("http://web/hello")
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	fmt.Println(answer.Status)
}

func ExampleClient_Register() {
	ctx := context.Background()
	client, err := miko.Connect(ctx, "")
	if err != nil {
		log.Fatal(err)
	}
	// Taken out, and waited for, before the process ends.
	defer client.Close(ctx)
	registered, err := client.Register(ctx, miko.Registration{
		Service: "web", Instance: "web-1", Port: 8080, Check: miko.HTTPCheck("/healthz"),
	})
	if err != nil {
		log.Fatal(err)
	}
	endpoint, err := registered.Ready(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(endpoint.URL())
}

func ExampleWithCall() {
	ctx := miko.WithCall(context.Background(), miko.Call{Timeout: 2 * time.Second, HedgeAfter: 50 * time.Millisecond})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://web/hello", nil)
	fmt.Println(request.URL, err)
	// Output: http://web/hello <nil>
}

func ExampleWithPolicy() {
	client, err := miko.Connect(context.Background(), "http://127.0.0.1:7450", miko.WithToken("token"), miko.WithoutCache(),
		miko.WithPolicy(func(p *miko.Policy) { p.Balance = miko.LeastRequest }),
		miko.WithServicePolicy("mail", func(p *miko.Policy) { p.Retry.Attempts = 1 }))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client)
	fmt.Println(client.Close(context.Background()))
	// Output:
	// miko client of http://127.0.0.1:7450, project default
	// <nil>
}
