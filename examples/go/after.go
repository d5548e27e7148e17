//go:build ignore

// The same with Miko. The constants stay until Miko knows the services: what it
// knows, wins, and the report says which are still used.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/miko-control-plane/miko/sdks/go"
)

var fixed = map[string][]string{
	"cart":   {"http://127.0.0.1:8081"},
	"prices": {"http://127.0.0.1:8082", "http://127.0.0.1:8083"},
}

func main() {
	ctx := context.Background()
	services, err := miko.Connect(ctx, "", miko.WithFixed(fixed))
	if err != nil {
		log.Fatal(err)
	}
	defer services.Close(context.Background())
	client := services.HTTP()
	client.Timeout = 5 * time.Second

	for range 3 {
		var items []string
		get(client, "http://cart/items", &items)
		sum := 0
		for _, item := range items {
			// When one does not answer, another one is asked.
			var price struct{ Cents int }
			get(client, "http://prices/price/"+item, &price)
			sum += price.Cents
		}
		fmt.Printf("%d items, %d cents\n", len(items), sum)
		time.Sleep(300 * time.Millisecond)
	}

	for _, entry := range services.FixedReport() {
		fmt.Printf("%s: %d by Miko, %d by constants\n", entry.Service, entry.CallsByMiko, entry.CallsByFixed)
	}
}

func get(client *http.Client, url string, into any) {
	answer, err := client.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", url, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		log.Fatal(err)
	}
}
