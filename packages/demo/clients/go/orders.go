package main

import (
	"encoding/json"
	"errors"
	"fmt"
)

// orders are the argument of this program.
type orders struct {
	Owner        string    `json:"owner"`
	ReadyLimitMS float64   `json:"ready_limit_ms"`
	CallLimitMS  float64   `json:"call_limit_ms"`
	MostUnderway int       `json:"most_underway"`
	MostReasons  int       `json:"most_reasons"`
	Services     []service `json:"services"`
}

type service struct {
	Name string `json:"service"`
	// Speech is http, grpc or tcp.
	Speech         string `json:"speech"`
	CallsPerSecond int    `json:"calls_per_second"`
}

func readOrders(args []string) (*orders, error) {
	if len(args) != 2 {
		return nil, errors.New("started without orders: this program is a part of the demo")
	}
	var o orders
	if err := json.Unmarshal([]byte(args[1]), &o); err != nil {
		return nil, fmt.Errorf("the orders are not what was expected: %w", err)
	}
	return &o, nil
}

func (o *orders) names() []string {
	var names []string
	for _, s := range o.Services {
		names = append(names, s.Name)
	}
	return names
}

func (o *orders) perSecond() int {
	sum := 0
	for _, s := range o.Services {
		sum += s.CallsPerSecond
	}
	return sum
}
