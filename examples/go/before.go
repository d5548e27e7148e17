//go:build ignore

// Code as it is in many places: addresses are constants, and somebody has to
// know them.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"time"
)

const cart = "http://127.0.0.1:8081"

var prices = []string{"http://127.0.0.1:8082", "http://127.0.0.1:8083"}

var client = &http.Client{Timeout: 5 * time.Second}

func main() {
	for range 3 {
		var items []string
		get(cart+"/items", &items)
		sum := 0
		for i, item := range items {
			// When one of the two does not answer, half of the calls fail.
			var price struct{ Cents int }
			get(prices[i%len(prices)]+"/price/"+item, &price)
			sum += price.Cents
		}
		fmt.Printf("%d items, %d cents\n", len(items), sum)
		time.Sleep(300 * time.Millisecond)
	}
}

func get(url string, into any) {
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
